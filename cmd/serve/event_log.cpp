#include "cmd/serve/event_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cmd/net/listener.hpp"
#include "cmd/time_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/peer_id.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kTextColumns = 40;  // what a line says, before the count behind it
constexpr Milliseconds kCatchUpTime{1000};

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count).append(" ").append(noun).append(count == 1 ? "" : "s");
}

std::string_view short_id(std::string_view id) noexcept { return id.substr(0, PeerId::kShortTextBytes); }

/// The same colour for the same client, and none that is hard to read on black or white.
std::string_view colour_of(const PeerId& id) noexcept {
  constexpr std::array<std::string_view, 6> colours{"\033[31m", "\033[32m", "\033[33m",
                                                    "\033[34m", "\033[35m", "\033[36m"};
  return colours[PeerIdHash{}(id) % colours.size()];
}

}  // namespace

EventLog::EventLog(EventLoop& loop, int fd, const LogStyle& style)
    : loop_(loop),
      style_(style),
      writer_(loop, fd),
      catch_up_(loop, [this] { catch_up(); }),
      allowance_(limits::kLogLinesBurst),
      refilled_(loop.now()) {
  wants_relays = style.level >= LogLevel::debug;
}

/// Whether a line of this level is to be written now. Errors and warnings always: there are few kinds, each
/// rare.
bool EventLog::wants(LogLevel level) noexcept {
  if (level > style_.level) return false;
  if (level <= LogLevel::warn) return true;
  const Milliseconds now = loop_.now();
  const double earned = static_cast<double>((now - refilled_).count()) * limits::kLogLinesPerSecond / 1000;
  allowance_ = std::min<double>(allowance_ + earned, limits::kLogLinesBurst);
  refilled_ = now;
  if (allowance_ >= 1) {
    allowance_ -= 1;
    return true;
  }
  if (left_out_++ == 0) catch_up_.start(kCatchUpTime, Milliseconds{0});
  return false;
}

void EventLog::catch_up() {
  const std::uint64_t lines = std::exchange(left_out_, 0) + writer_.take_lost();
  if (lines != 0) note(LogLevel::warn, std::to_string(lines) + " lines were left out here");
}

LogLine EventLog::line(LogLevel level, std::string_view event) const {
  return {style_.format, level, event, std::chrono::system_clock::now()};
}

void EventLog::write(LogLine& line) { writer_.write(line.finish()); }

void EventLog::write_pretty(std::string_view mark, const PeerId* client, std::string_view text,
                            std::string_view count) {
  std::string line;
  const auto put = [&](std::string_view colour, std::string_view what) {
    if (style_.colour) line.append(colour);
    line.append(what);
    if (style_.colour) line.append("\033[0m");
  };
  put("\033[2m", clock_now());
  line.append(" ").append(mark).append(" ");
  if (client != nullptr) {
    put(colour_of(*client), short_id(client->text()));
    line += "  ";
  }
  line.append(text);
  if (!count.empty()) {
    const std::size_t width = display_width(text);
    line.append(width < kTextColumns ? kTextColumns - width : 0, ' ').append("  ").append(count);
  }
  writer_.write(line += '\n');
}

void EventLog::connected(const PeerId& client, int socket, std::size_t clients) {
  if (!wants(LogLevel::info)) return;
  const std::string address = peer_address(socket);
  if (style_.format == LogFormat::pretty)
    return write_pretty("++", &client, "connected " + address, counted(clients, "client"));
  write(line(LogLevel::info, "connect")
            .word("client", client.text())
            .text("address", address)
            .number("clients", clients));
}

void EventLog::joined(const PeerId& peer, std::string_view room, std::size_t peers) {
  if (!wants(LogLevel::info)) return;
  if (style_.format == LogFormat::pretty)
    return write_pretty("+>", &peer, "joined " + printable(room), counted(peers, "peer"));
  write(line(LogLevel::info, "join").word("client", peer.text()).text("room", room).number("peers", peers));
}

void EventLog::observes(const PeerId& peer, std::string_view room, std::size_t peers) {
  if (!wants(LogLevel::info)) return;
  if (style_.format == LogFormat::pretty)
    return write_pretty("o>", &peer, "observes " + printable(room), counted(peers, "peer"));
  write(
      line(LogLevel::info, "observe").word("client", peer.text()).text("room", room).number("peers", peers));
}

void EventLog::left(const PeerId& peer, std::string_view room, std::size_t peers) {
  if (!wants(LogLevel::info)) return;
  if (style_.format == LogFormat::pretty)
    return write_pretty("<+", &peer, "left " + printable(room), counted(peers, "peer"));
  write(line(LogLevel::info, "leave").word("client", peer.text()).text("room", room).number("peers", peers));
}

void EventLog::relayed(const PeerId& from, std::string_view type, std::optional<std::string_view> to,
                       std::size_t bytes) {
  if (!wants(LogLevel::debug)) return;
  if (style_.format == LogFormat::pretty)
    return write_pretty("=>", &from,
                        "to " + (to ? std::string(short_id(*to)) : "all") + "  " + printable(type) + "  " +
                            std::to_string(bytes) + " B");
  LogLine relay = line(LogLevel::debug, "relay");
  relay.word("client", from.text());
  if (to) relay.word("to", *to);
  write(relay.text("type", type).number("bytes", bytes));
}

void EventLog::rejected(const PeerId& from, ErrorCode code, std::string_view detail) {
  if (!wants(LogLevel::info)) return;
  if (style_.format == LogFormat::pretty) {
    std::string text(name_of(code));
    if (!detail.empty()) text.append(": ").append(detail);
    return write_pretty("!!", &from, text);
  }
  write(line(LogLevel::info, "reject")
            .word("client", from.text())
            .word("code", name_of(code))
            .text("reason", detail));
}

void EventLog::closed(const PeerId& client, const Ending& end, std::chrono::milliseconds after) {
  if (!wants(LogLevel::info)) return;
  if (style_.format == LogFormat::pretty) {
    std::string text = "closed " + std::to_string(end.code);
    if (!end.reason.empty()) text.append(" ").append(printable(end.reason));
    return write_pretty("--", &client, text.append(" after ").append(seconds_text(after)).append(" s"));
  }
  write(line(LogLevel::info, "close")
            .word("client", client.text())
            .number("code", end.code)
            .text("reason", end.reason)
            .seconds("seconds", after));
}

void EventLog::refused(int socket, const Refusal& refusal) {
  if (!wants(LogLevel::info)) return;
  const std::string address = peer_address(socket);
  const std::string status = std::to_string(refusal.status);
  if (style_.format == LogFormat::pretty)
    return write_pretty("!!", nullptr, (address + "  refused " + status + ": ").append(refusal.detail));
  write(line(LogLevel::info, "reject")
            .text("address", address)
            .number("code", refusal.status)
            .text("reason", refusal.detail));
}

void EventLog::note(LogLevel level, std::string_view what) {
  if (!wants(level)) return;
  if (style_.format == LogFormat::pretty) return write_pretty("**", nullptr, printable(what));
  write(line(level, "note").text("reason", what));
}

}  // namespace p2psig
