#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/connection.hpp"

namespace p2psig::bench {

/// Text like that of session descriptions, as much of it as fits behind the number of a letter whose payload
/// is so large.
[[nodiscard]] std::string letter_body(std::size_t payload_bytes);

/// The messages that one peer sends to another, or to its room: they differ by their number.
class Letter {
 public:
  /// To the peer `to`, or to everybody if it is empty. The body outlives the letter.
  Letter(std::string_view from, std::string_view to, std::string_view body);

  void send(Connection& connection, std::uint64_t number) const;

  /// `message` has to be letter `number` as its recipient gets it: the sender's bytes, and `from` as the last
  /// member. Throws Fault, which says what became of it.
  void verify(std::string_view message, std::uint64_t number) const;

 private:
  [[nodiscard]] std::string difference(std::string_view message, std::uint64_t number) const;

  std::string head_;
  std::string_view body_;
  std::string delivered_end_;
};

}  // namespace p2psig::bench
