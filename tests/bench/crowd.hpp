#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/connection.hpp"
#include "tests/bench/latencies.hpp"
#include "tests/bench/roll.hpp"

namespace p2psig::bench {

struct Shape {
  std::size_t connections;
  std::size_t room_peers;  ///< 0: nobody joins a room
};

/// All connections of a run, in rooms of equal size: the members of room r are those from r * room_peers on.
class Crowd final : Recipient {
 public:
  /// `label` tells its rooms from those of others.
  Crowd(Poller& poller, const Address& address, const Shape& shape, std::string label);

  /// Connects all, and joins. Afterwards everybody has an id of its own and has heard of all others in its
  /// room, each once; `latencies` gets the times from a connect to the id. Throws Fault.
  void arrive(Latencies& latencies);
  /// From now on `recipient` hears what members are told; without one nothing may come.
  void tell(Recipient& recipient) noexcept { recipient_ = &recipient; }

  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::size_t rooms() const noexcept { return shape_.connections / shape_.room_peers; }
  [[nodiscard]] std::string room_name(std::size_t room) const;
  [[nodiscard]] Connection& connection(std::size_t member) { return *members_[member].connection; }
  [[nodiscard]] const std::string& id(std::size_t member) const { return members_[member].id; }
  /// Whom this member has been told of at its arrival.
  [[nodiscard]] const Roll& others(std::size_t member) const { return members_[member].heard; }

 private:
  enum class Stage : std::uint8_t { connecting, named, joined, listed };

  struct Member {
    std::optional<Connection> connection;
    Clock::time_point connecting_since{};
    std::string id;
    Roll heard;
    Stage stage = Stage::connecting;
  };

  void received(std::size_t number, std::string_view message) override;
  void advance(std::size_t number, std::string_view message);
  void named(std::size_t number, std::string_view message);
  void heard(const Roll& roll);
  void verify() const;

  Poller& poller_;
  const Address& address_;
  const Shape shape_;
  const std::string label_;
  std::vector<Member> members_;
  Recipient* recipient_ = nullptr;
  Latencies* latencies_ = nullptr;  // during arrive()
  std::size_t named_count_ = 0;
  std::size_t arrived_count_ = 0;  // have heard of as many as there are
};

}  // namespace p2psig::bench
