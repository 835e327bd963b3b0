#include "core/client/join_script.hpp"

#include <algorithm>
#include <utility>

#include "core/client/phrases.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/json_text.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

constexpr std::string_view kAnyPeer = "@peer";

/// Where "@peer" stands in the message; nothing if it is for somebody else.
std::optional<std::size_t> place_of_peer(std::string_view message) {
  const auto envelope = scan_envelope(message, kAnyNesting);
  if (!envelope || envelope->to.kind != EnvelopeField::Kind::string || envelope->to.raw != kAnyPeer)
    return std::nullopt;
  return static_cast<std::size_t>(envelope->to.raw.data() - message.data());
}

std::string in_json(std::string_view id) {
  std::string text;
  append_escaped(text, id);
  return text;
}

}  // namespace

JoinScript::JoinScript(ScriptOptions options)
    : options_(std::move(options)),
      missing_types_(options_.wait_for.begin(), options_.wait_for.end()),
      input_open_(options_.reads_input) {
  for (const std::string& message : options_.sends) wait(message);
}

void JoinScript::ready(Milliseconds now) {
  ready_ = was_ready_ = true;
  changed(now);
}

/// Who was there has to be told anew before "@peer" is anybody.
void JoinScript::lost() noexcept {
  ready_ = false;
  present_.clear();
}

void JoinScript::peers(Milliseconds now, const std::vector<std::string>& present) {
  const auto named = options_.to_all_peers ? present.size() : std::min<std::size_t>(1, present.size());
  present_.assign(present.begin(), present.begin() + static_cast<std::ptrdiff_t>(named));
  if (options_.wait_peers && present.size() >= *options_.wait_peers) peers_came_ = true;
  changed(now);
}

void JoinScript::incoming(Milliseconds now, std::string_view type, bool relayed) {
  missing_types_.erase(std::string(type));
  if (relayed) ++relayed_;
  changed(now);
}

void JoinScript::line(Milliseconds now, std::string message) {
  wait(std::move(message));
  changed(now);
}

void JoinScript::wait(std::string message) {
  waiting_bytes_ += message.size();
  const auto place = place_of_peer(message);
  waiting_.push_back({std::move(message), place});
}

void JoinScript::input_ended(Milliseconds now) {
  input_open_ = false;
  changed(now);
}

std::vector<std::string> JoinScript::take_sends(Milliseconds now, std::size_t bytes_max) {
  std::vector<std::string> taken;
  std::size_t bytes = 0;
  while (ready_ && !waiting_.empty() && (!options_.wait_peers || peers_came_) && bytes < bytes_max) {
    const Waiting& first = waiting_.front();
    if (first.place_of_peer && recipients_.empty()) recipients_.assign(present_.begin(), present_.end());
    if (first.place_of_peer && recipients_.empty()) break;
    std::string message = first.text;
    if (first.place_of_peer) {
      message.replace(*first.place_of_peer, kAnyPeer.size(), in_json(recipients_.front()));
      recipients_.pop_front();
    }
    bytes += message.size();
    taken.push_back(std::move(message));
    if (!recipients_.empty()) continue;
    waiting_bytes_ -= first.text.size();
    waiting_.pop_front();
  }
  if (!taken.empty() && idle_since_ && !has_conditions()) idle_since_ = now;
  return taken;
}

bool JoinScript::has_conditions() const noexcept {
  return options_.wait_peers || options_.count || !options_.wait_for.empty();
}

bool JoinScript::conditions_met() const noexcept {
  return (!options_.wait_peers || peers_came_) && missing_types_.empty() &&
         (!options_.count || relayed_ >= *options_.count);
}

std::string JoinScript::missing() const {
  Phrases phrases;
  if (options_.wait_peers && !peers_came_) {
    phrases.push_back(counted(*options_.wait_peers, "peer"));
  } else if (!waiting_.empty() && waiting_.front().place_of_peer && present_.empty()) {
    phrases.emplace_back("a peer to send to");
  }
  for (const std::string& type : options_.wait_for)
    if (missing_types_.contains(type)) phrases.push_back(printable(type));
  if (options_.count && relayed_ < *options_.count)
    phrases.push_back(counted(*options_.count - relayed_, "more message"));
  return joined(phrases, ", ");
}

void JoinScript::changed(Milliseconds now) {
  const bool idle = was_ready_ && (has_conditions() ? conditions_met() : !input_open_);
  if (idle && !idle_since_) idle_since_ = now;
}

std::optional<Milliseconds> JoinScript::done_at() const {
  if (!idle_since_ || !waiting_.empty()) return std::nullopt;
  if (has_conditions()) return input_open_ ? *idle_since_ + kInputGrace : *idle_since_;
  if (!options_.linger) return std::nullopt;
  return *idle_since_ + *options_.linger;
}

bool JoinScript::done(Milliseconds now) const {
  const auto at = done_at();
  return at && now >= *at;
}

}  // namespace p2psig
