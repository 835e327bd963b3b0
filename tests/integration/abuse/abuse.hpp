#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/integration/abuse/bystanders.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {

inline constexpr std::size_t kMegabyte = 1024UL * 1024;

/// A server that is going to be abused, while bystanders use it as it is meant to be used.
class Abuse {
 public:
  explicit Abuse(std::vector<std::string> options = {});

  [[nodiscard]] ServerProcess& server() noexcept { return server_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }

  /// Returns when the bystanders have had so many more answers: the server has gone on for a while.
  void goes_on(std::size_t answers) { bystanders_.await_answers(answers); }

  /// Checks, and says in a line, what came of it: each answer to the bystanders within 250 ms, resident
  /// memory never more than `growth_max` above what it was and soon about as low again, and a newcomer is
  /// served. `abuser` says what the abuser saw.
  void end(const std::string& abuser, std::size_t growth_max);

 private:
  ServerProcess server_;
  std::size_t resident_before_;
  Bystanders bystanders_;
};

/// Clients that are let in and stay.
[[nodiscard]] std::vector<RawClient> crowd(std::uint16_t port, std::size_t size,
                                           const std::string& room = {});

/// Lets this process have so many descriptors. If the system does not, warns that the test is left out, and
/// returns false.
[[nodiscard]] bool allow_descriptors(std::size_t count);

/// `text`, so many times.
[[nodiscard]] std::string repeated(const std::string& text, std::size_t times);

/// All that the server sends up to the pong that answers a ping of ours, or to the end of the connection.
struct Heard {
  std::vector<std::string> texts;
  std::vector<Close> closes;  ///< one at most
};
[[nodiscard]] Heard hear(RawClient& client);

/// How many of the errors are `rate-limit`.
[[nodiscard]] std::size_t rate_errors(const Heard& heard);

}  // namespace p2psig::test
