#include "core/client/room_view.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/client/fields.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/peer_id.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"

namespace p2psig {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 does not find out by itself

std::size_t common_start(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

std::size_t bytes_of(const SeenMessage& message) {
  return sizeof message + message.text.size() + message.type.size() + message.from.size() +
         (message.to ? message.to->size() : 0);
}

}  // namespace

void RoomView::apply(const server_message::Any& message) {
  std::visit(Overloaded{
                 [this](const server_message::Id& id) { be_called(id.id); },
                 [this](const server_message::RoomJoined& joined) { enter(joined.room, false); },
                 [this](const server_message::RoomObserved& observed) { enter(observed.room, true); },
                 [this](const server_message::RoomLeft&) { enter({}, false); },
                 [this](const server_message::RoomPeers& list) {
                   peers_.clear();
                   present_.clear();
                   for (const std::string& peer : list.peers) add_peer(peer);
                   for (const std::string& peer : peers_) give_alias(peer);
                 },
                 [this](const server_message::PeerJoined& joined) {
                   if (add_peer(joined.peer)) give_alias(joined.peer);
                 },
                 [this](const server_message::PeerLeft& left) { remove_peer(left.peer); },
                 [this](const server_message::Relayed& relayed) { give_alias(relayed.from); },
                 [this](const server_message::Observed& observed) { give_alias(observed.message.from); },
                 [](const auto&) {},
             },
             message);
}

/// What was said before, under another id, stays ours.
void RoomView::be_called(const std::string& id) {
  history_bytes_ = 0;
  for (SeenMessage& seen : history_) {
    if (!last_id_.empty() && seen.from == last_id_) seen.from = id;
    if (!last_id_.empty() && seen.to == last_id_) seen.to = id;
    history_bytes_ += bytes_of(seen);
  }
  id_ = last_id_ = id;
}

/// Joining one's own room again is told again: who is there is told next.
void RoomView::enter(std::string room, bool observes) {
  if (room != room_ || observes != observes_) {
    peers_.clear();
    present_.clear();
  }
  room_ = std::move(room);
  observes_ = observes;
}

void RoomView::disconnected() {
  id_.clear();
  enter({}, false);
  peers_.clear();
  present_.clear();
}

/// False if it is there already, this client itself, or one too many.
bool RoomView::add_peer(const std::string& id) {
  if (id == id_ || peers_.size() >= limits::kNamedPeers || !present_.insert(id).second) return false;
  peers_.push_back(id);
  return true;
}

/// Looks for it from the end: those that come and go are the last ones.
void RoomView::remove_peer(const std::string& id) {
  if (present_.erase(id) == 0) return;
  peers_.erase(std::prev(std::find(peers_.rbegin(), peers_.rend(), id).base()));
}

void RoomView::give_alias(const std::string& id) {
  if (id.empty() || id == id_ || !aliases_.emplace(id, last_alias_ + 1).second) return;
  by_alias_.emplace(++last_alias_, id);
  if (by_alias_.size() > 2 * limits::kNamedPeers) forget_names();
}

/// Of those that are gone, until half of the names are left.
void RoomView::forget_names() {
  for (auto named = by_alias_.begin(); named != by_alias_.end() && by_alias_.size() > limits::kNamedPeers;) {
    if (is_present(named->second)) {
      ++named;
      continue;
    }
    aliases_.erase(named->second);
    named = by_alias_.erase(named);
  }
}

std::string RoomView::alias(const std::string& id) const {
  if (!id.empty() && id == last_id_) return "me";
  const auto found = aliases_.find(id);
  if (found != aliases_.end()) return "@" + std::to_string(found->second);
  std::string quoted = "\"";
  append_printable(quoted, shortened(id, limits::kShownIdBytes), Quoting::quoted);
  return quoted += '"';
}

/// Of all ids in their order, the two beside this one have the longest beginning in common with it.
std::string RoomView::short_id(const std::string& id) const {
  std::size_t bytes = PeerId::kShortTextBytes;
  const auto tell_from = [&](const std::string& other) {
    bytes = std::max(bytes, common_start(id, other) + 1);
  };
  const auto here = present_.lower_bound(id);
  const auto next = here != present_.end() && *here == id ? std::next(here) : here;
  if (here != present_.begin()) tell_from(*std::prev(here));
  if (next != present_.end()) tell_from(*next);
  if (id != id_) tell_from(id_);
  return std::string(cut(id, std::min(bytes, limits::kShownIdBytes)));
}

Result<std::string, NoPeer> RoomView::find(std::string_view name) const {
  const std::string quoted(name);
  if (name.starts_with('@')) {
    const auto number = whole_number<std::uint64_t>(name.substr(1));
    const auto found = number ? by_alias_.find(*number) : by_alias_.end();
    if (found == by_alias_.end()) return NoPeer{"there is no peer " + quoted + " (/peers lists them)"};
    return found->second;
  }
  if (name.empty()) return NoPeer{"no peer is named (/peers lists them)"};
  if (!id_.empty() && (name == "me" || name == id_)) return id_;
  std::vector<std::string> matches;
  for (auto peer = present_.lower_bound(name); peer != present_.end() && peer->starts_with(name); ++peer) {
    if (*peer == name) return *peer;
    matches.push_back(*peer);
  }
  if (id_.starts_with(name)) matches.push_back(id_);
  if (matches.empty())
    for (const auto& [gone, number] : aliases_) {
      if (gone == name) return gone;
      if (gone.starts_with(name)) matches.push_back(gone);
    }
  if (matches.empty()) return NoPeer{"there is no peer " + quoted + " in the room (/peers lists them)"};
  if (matches.size() > 1)
    return NoPeer{std::to_string(matches.size()) + " peers begin with " + quoted + ": give more of the id"};
  return matches.front();
}

void RoomView::remember(SeenMessage message) {
  history_bytes_ += bytes_of(message);
  history_.push_back(std::move(message));
  while (history_.size() > limits::kSeenMessages || history_bytes_ > limits::kSeenBytes) {
    history_bytes_ -= bytes_of(history_.front());
    history_.pop_front();
  }
}

const SeenMessage* RoomView::seen(std::uint64_t number) const noexcept {
  const auto found = std::find_if(history_.begin(), history_.end(),
                                  [number](const SeenMessage& message) { return message.number == number; });
  return found != history_.end() ? &*found : nullptr;
}

}  // namespace p2psig
