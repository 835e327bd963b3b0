#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/time.hpp"

namespace p2psig {

/// Who is not in the room: peers that left, and when, and pairs of a sender and a peer that it could not
/// reach. At most limits::kDepartedPeers and limits::kRefusedPairs: the oldest are forgotten.
class Departures {
 public:
  void left(Milliseconds now, const std::string& peer);
  /// It has joined, or was heard.
  void is_here(const std::string& peer);
  [[nodiscard]] std::optional<Milliseconds> time_of(const std::string& peer) const;

  /// False if it was told before.
  bool refuse(const std::string& from, const std::string& to);
  void forget_refusal(const std::string& from, const std::string& to);
  [[nodiscard]] bool is_refused(const std::string& from, const std::string& to) const;

 private:
  std::unordered_map<std::string, Milliseconds> departed_;
  std::deque<std::pair<std::string, std::string>> refused_;  // from, to
};

}  // namespace p2psig
