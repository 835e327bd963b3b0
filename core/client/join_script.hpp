#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/time.hpp"

namespace p2psig {

/// What a scripted client is to do.
struct ScriptOptions {
  std::vector<std::string> sends;         ///< JSON messages, before those of stdin
  bool to_all_peers = false;              ///< "@peer" is each that is present, not just the first one
  std::optional<std::size_t> wait_peers;  ///< others in the room, before anything is sent
  std::vector<std::string> wait_for;      ///< types that have to come after joining, in any order
  std::optional<std::uint64_t> count;     ///< relayed messages that have to come
  std::optional<Milliseconds> linger = Milliseconds{1'000};  ///< without a condition; nothing: for ever
  bool reads_input = true;
};

/// When a scripted client sends what, and when it is done. Sans-I/O; its owner tells it what happens and
/// sends what it says. Thread: one.
class JoinScript {
 public:
  /// With conditions met, how long input that is still open may add to what is sent: what was written before
  /// is in the pipe.
  static constexpr Milliseconds kInputGrace{100};

  explicit JoinScript(ScriptOptions options);

  /// In the room; or connected, where none was asked for.
  void ready(Milliseconds now);
  /// The connection is lost, and may come back.
  void lost() noexcept;
  /// Others in the room, oldest first.
  void peers(Milliseconds now, const std::vector<std::string>& present);
  /// A message came after joining: its type, and whether a peer sent it.
  void incoming(Milliseconds now, std::string_view type, bool relayed);
  /// A message to be sent: a JSON object, checked before.
  void line(Milliseconds now, std::string message);
  void input_ended(Milliseconds now);

  /// What is to be sent now, in this order; `to` is a peer where it was "@peer". No more once there are
  /// `bytes_max` bytes: a large message to all of a large room is not all made at once.
  [[nodiscard]] std::vector<std::string> take_sends(Milliseconds now, std::size_t bytes_max);
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }

  /// Something has to happen before it is done.
  [[nodiscard]] bool has_conditions() const noexcept;
  /// Everything has happened that was asked for, and everything was taken.
  [[nodiscard]] bool done(Milliseconds now) const;
  /// What has yet to happen, in words, as "1 peer, answer, 2 more messages".
  [[nodiscard]] std::string missing() const;
  /// When done() may become true by time alone.
  [[nodiscard]] std::optional<Milliseconds> done_at() const;

 private:
  struct Waiting {
    std::string text;
    std::optional<std::size_t> place_of_peer;  // where "@peer" is to become an id
  };

  void wait(std::string message);
  [[nodiscard]] bool conditions_met() const noexcept;
  void changed(Milliseconds now);

  const ScriptOptions options_;
  std::unordered_set<std::string> missing_types_;
  std::uint64_t relayed_ = 0;
  bool peers_came_ = false;
  bool was_ready_ = false;
  bool ready_ = false;
  bool input_open_ = true;
  std::vector<std::string> present_;  // as far as "@peer" means them
  std::deque<Waiting> waiting_;
  std::deque<std::string> recipients_;  // who has yet to get the first of those, which others have got
  std::size_t waiting_bytes_ = 0;
  std::optional<Milliseconds> idle_since_;  // nothing is left to be done but to wait
};

}  // namespace p2psig
