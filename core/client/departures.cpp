#include "core/client/departures.hpp"

#include <algorithm>

#include "core/protocol/limits.hpp"

namespace p2psig {

void Departures::left(Milliseconds now, const std::string& peer) {
  std::erase_if(refused_, [&peer](const auto& pair) { return pair.first == peer; });
  departed_.insert_or_assign(peer, now);
  if (departed_.size() <= limits::kDepartedPeers) return;
  departed_.erase(
      std::min_element(departed_.begin(), departed_.end(),
                       [](const auto& one, const auto& other) { return one.second < other.second; }));
}

void Departures::is_here(const std::string& peer) {
  departed_.erase(peer);
  std::erase_if(refused_, [&peer](const auto& pair) { return pair.second == peer; });
}

std::optional<Milliseconds> Departures::time_of(const std::string& peer) const {
  const auto found = departed_.find(peer);
  return found == departed_.end() ? std::nullopt : std::optional(found->second);
}

bool Departures::refuse(const std::string& from, const std::string& to) {
  if (is_refused(from, to)) return false;
  refused_.emplace_back(from, to);
  if (refused_.size() > limits::kRefusedPairs) refused_.pop_front();
  return true;
}

void Departures::forget_refusal(const std::string& from, const std::string& to) {
  std::erase(refused_, std::pair(from, to));
}

bool Departures::is_refused(const std::string& from, const std::string& to) const {
  return std::find(refused_.begin(), refused_.end(), std::pair(from, to)) != refused_.end();
}

}  // namespace p2psig
