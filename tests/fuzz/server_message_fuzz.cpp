/// What a hostile server sends, a frame a line: whatever it is, a room client's view of the room makes sense,
/// and what a person is shown of it neither drives a terminal nor forges a line.
#include "core/client/server_message.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>

#include "core/client/json_lines.hpp"
#include "core/client/render.hpp"
#include "core/client/room_view.hpp"
#include "core/client/signal.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "core/text.hpp"
#include "tests/fuzz/check.hpp"

using namespace p2psig;

namespace {

constexpr std::string_view kTime = "12:01:07.412";
constexpr std::size_t kShortLineBytes =
    6 * limits::kWordsBytes + 4'096;  // words that are escaped to the last byte

/// With `lines`, the line ends are our own.
void check_shown(std::string_view text, bool lines = false) {
  FUZZ_CHECK(is_utf8(text));
  std::string safe;
  append_printable(safe, text);
  if (lines) {
    for (std::size_t at = 0; (at = safe.find("\\u000a", at)) != std::string::npos;) safe.replace(at, 6, "\n");
    std::string kept(text);
    for (std::size_t at = 0; (at = kept.find("\\u000a", at)) != std::string::npos;) kept.replace(at, 6, "\n");
    FUZZ_CHECK(safe == kept);
  } else {
    FUZZ_CHECK(safe == text);
  }
}

void check_short(std::string_view line) {
  check_shown(line);
  FUZZ_CHECK(line.size() <= kShortLineBytes);
}

void check_view(RoomView& view) {
  const auto& peers = view.peers();
  FUZZ_CHECK(peers.size() <= limits::kNamedPeers);
  std::unordered_set<std::string> each;
  for (const std::string& peer : peers) {
    FUZZ_CHECK(each.insert(peer).second);
    FUZZ_CHECK(view.is_present(peer));
    FUZZ_CHECK(peer.size() <= limits::kIdBytes);
    FUZZ_CHECK(peer.starts_with(view.short_id(peer)));
    const std::string alias = view.alias(peer);
    if (!alias.starts_with('@')) continue;
    const auto found = view.find(alias);
    FUZZ_CHECK(found && *found == peer);
  }
}

void check_line(std::string_view line) {
  FUZZ_CHECK(line.find('\n') == line.size() - 1);
  FUZZ_CHECK(line.find('\r') == std::string_view::npos);
  const auto scanned = scan_envelope(line, kAnyNesting);
  FUZZ_CHECK(scanned || scanned.error().fault == ScanError::Fault::too_deep);  // one more than the message
}

SeenMessage remembered(RoomView& view, SeenMessage::Way way, const server_message::Relayed& message,
                       std::string_view text) {
  view.remember({view.next_number(), way, message.from, message.to, message.type, std::string(text),
                 std::string(kTime)});
  return view.history().back();
}

class Shown {
 public:
  Shown(RoomView& view, Render& render, std::string_view text) : view_(view), render_(render), text_(text) {}

  void operator()(const server_message::Id& id) const {
    check_short(render_.connected("ws://host", 1));
    check_line(json_line::open(kTime, id.id));
  }
  void operator()(const server_message::RoomJoined& joined) const { entered(joined.room); }
  void operator()(const server_message::RoomObserved& observed) const { entered(observed.room); }
  void operator()(const server_message::RoomLeft& left) const {
    check_short(render_.left_room(kTime, left.room));
  }
  void operator()(const server_message::RoomPeers& /*peers*/) const {
    check_short(render_.entered(kTime));
    check_shown(render_.peers(), true);
  }
  void operator()(const server_message::PeerJoined& joined) const {
    check_short(render_.peer_joined(kTime, joined.peer));
  }
  void operator()(const server_message::PeerLeft& left) const {
    check_short(render_.peer_left(kTime, left.peer));
  }
  void operator()(const server_message::Error& error) const { check_short(render_.error(kTime, error)); }
  void operator()(const server_message::ObservedMissed& missed) const {
    check_short(render_.missed(kTime, missed.count));
  }
  void operator()(const server_message::Relayed& relayed) const {
    message(remembered(view_, SeenMessage::Way::in, relayed, text_), false);
  }
  void operator()(const server_message::Observed& observed) const {
    FUZZ_CHECK(scan_envelope(observed.text, kAnyNesting));
    message(remembered(view_, SeenMessage::Way::between_others, observed.message, observed.text),
            observed.undeliverable);
  }

 private:
  void entered(const std::string& room) const {
    check_short(prompt(view_, room, true));
    check_short(prompt(view_, room, false));
  }

  void message(const SeenMessage& seen, bool undeliverable) const {
    const Signal signal = read_signal(seen.text);
    render_.raw = false;
    check_short(render_.message(seen, signal, std::nullopt, undeliverable));
    render_.raw = true;
    check_shown(render_.message(seen, signal, std::nullopt, undeliverable));
    check_shown(render_.whole(seen), true);
    check_shown(render_.pair(seen.from, seen.to.value_or("")), true);
    const Finding finding{FindingCode::glare, seen.from, seen.to.value_or(""), {seen.number}, "{from} {to}"};
    check_short(render_.finding(kTime, finding));
    check_line(json_line::finding(kTime, finding));
  }

  RoomView& view_;
  Render& render_;
  std::string_view text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RoomView view;
  Render render(view, false);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::string_view text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    if (text.empty()) {
      view.disconnected();
      continue;
    }
    const auto message = server_message::read(text);
    if (!message) {
      check_shown(message.error());
      FUZZ_CHECK(!message.error().empty());
      check_line(json_line::close(kTime, 4000, text));
      continue;
    }
    view.apply(*message);
    check_view(view);
    std::visit(Shown(view, render, text), *message);
    check_line(json_line::message(kTime, true, 1, text));
  }
  return 0;
}
