#include "core/client/render.hpp"

#include <algorithm>
#include <array>

#include "core/client/fields.hpp"
#include "core/client/json_lines.hpp"
#include "core/client/phrases.hpp"
#include "core/protocol/limits.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

constexpr std::string_view kGreen = "32";
constexpr std::string_view kRed = "31";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kCyan = "36";
constexpr std::string_view kFaint = "2";

constexpr std::size_t kTypeColumns = 9;
constexpr std::size_t kPreviewColumns = 100;
constexpr std::size_t kPreviewBytes = 1'024;  // more than fit
constexpr std::size_t kNameColumns = 60;      // of a room or a type: they may be anything
constexpr std::size_t kDetailColumns = 240;

std::string short_name(std::string_view text) { return short_printable(text, kNameColumns); }

/// In JSON, line breaks and tabs only stand between tokens.
std::string on_one_line(std::string_view json) {
  std::string text(json);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

/// Stable for an id, and legible on dark and light grounds.
std::string_view colour_of(std::string_view id) {
  constexpr std::array<std::string_view, 6> colours{"38;5;33", "38;5;70",  "38;5;130",
                                                    "38;5;97", "38;5;166", "38;5;37"};
  std::uint32_t hash = 2'166'136'261;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619;
  return colours[hash % colours.size()];
}

std::string_view shown_type(std::string_view type) { return type == "ice-candidate" ? "candidate" : type; }

std::string padded(std::string text, std::size_t columns) {
  const std::size_t width = display_width(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

}  // namespace

std::string in_words(const SeenMessage& seen, const Signal& signal,
                     const std::optional<std::vector<std::string>>& changed) {
  const std::string size = std::to_string(seen.text.size()) + " B  ";
  if (!signal.fault.empty()) return size + printable(signal.fault);
  if (signal.description) {
    std::string words = size;
    if (changed)
      words += changed->empty() ? "nothing changed · " : "changed: " + joined(*changed, ", ") + " · ";
    return printable(words + in_words(*signal.description));
  }
  if (signal.candidate) return printable(in_words(*signal.candidate));
  if (signal.kind == Signal::Kind::end_of_candidates) return "end of candidates";
  return size + short_printable(on_one_line(cut(seen.text, kPreviewBytes)), kPreviewColumns);
}

std::string prompt(const RoomView& view, std::string_view wanted_room, bool connected) {
  const std::string room = short_name(view.room().empty() ? wanted_room : view.room());
  if (!connected) return (room.empty() ? "" : room) + "(offline)> ";
  if (view.room().empty()) return "(no room)> ";
  return room + "(" + std::to_string(view.present()) + ")> ";
}

std::string Render::painted(std::string_view text, std::string_view colour) const {
  if (!colour_ || colour.empty()) return std::string(text);
  return std::string("\x1b[").append(colour).append("m").append(text).append("\x1b[0m");
}

std::string Render::line(std::string_view time, std::string_view mark, std::string_view mark_colour,
                         std::string_view text) const {
  return painted(time, kFaint) + " " + painted(mark, mark_colour) + " " + std::string(text);
}

std::string Render::name(const std::string& id) {
  return id.empty() ? "?" : painted(view_.alias(id), colour_of(id));
}

std::string Render::name_and_id(const std::string& id) {
  return name(id) + " " + printable(view_.short_id(id));
}

std::string Render::connected(std::string_view url, std::int64_t milliseconds) const {
  return "connected " + printable(url) + " as " + printable(view_.short_id(view_.id())) + " (" +
         std::to_string(milliseconds) + " ms)";
}

std::string Render::entered(std::string_view time) {
  constexpr std::size_t shown = 20;
  const auto& peers = view_.peers();
  std::string text = (view_.observes() ? "observing " : "joined ") + short_name(view_.room()) + ":";
  for (std::size_t i = 0; i < std::min(shown, peers.size()); ++i)
    text += (i == 0 ? " " : "  ") + name_and_id(peers[i]);
  if (peers.size() > shown) text += "  and " + std::to_string(peers.size() - shown) + " more (/peers)";
  if (peers.empty()) text += view_.observes() ? " nobody is here" : " nobody else is here";
  return line(time, "**", kCyan, text);
}

std::string Render::left_room(std::string_view time, std::string_view room) const {
  return line(time, "**", kCyan, "left " + short_name(room));
}

std::string Render::peer_joined(std::string_view time, const std::string& id) {
  return line(time, "++", kGreen, name_and_id(id) + " joined (" + std::to_string(view_.present()) + " here)");
}

std::string Render::peer_left(std::string_view time, const std::string& id) {
  return line(time, "--", kYellow, name(id) + " left (" + std::to_string(view_.present()) + " here)");
}

std::string Render::route(const SeenMessage& seen) {
  const std::string to = seen.to ? name(*seen.to) : "all";
  if (seen.way == SeenMessage::Way::between_others) return name(seen.from) + " -> " + to;
  return seen.way == SeenMessage::Way::out ? to : name(seen.from);
}

std::string Render::message(const SeenMessage& seen, const Signal& signal,
                            const std::optional<std::vector<std::string>>& changed, bool undeliverable) {
  const bool out = seen.way == SeenMessage::Way::out;
  std::string text = route(seen) + " " + padded(short_name(shown_type(seen.type)), kTypeColumns) + "  #" +
                     std::to_string(seen.number) + "  ";
  text += raw ? std::to_string(seen.text.size()) + " B  " + printable(on_one_line(seen.text))
              : in_words(seen, signal, changed);
  if (undeliverable) text += "  " + painted("reached nobody", kRed);
  return line(seen.time, out ? ">>" : "<<", out ? kCyan : kGreen, text);
}

std::optional<std::vector<std::string>> Render::changes_of(const SeenMessage& seen, const Signal& signal) {
  if (!signal.description) return std::nullopt;
  const auto before = std::find_if(described_.begin(), described_.end(), [&seen](const Described& each) {
    return each.from == seen.from && each.to == seen.to;
  });
  std::optional<std::vector<std::string>> changed;
  if (before != described_.end()) {
    changed = changes(before->description, *signal.description);
    described_.erase(before);
  }
  described_.push_back({seen.from, seen.to, *signal.description});
  if (described_.size() > limits::kComparedDescriptions) described_.pop_front();
  return changed;
}

std::string Render::error(std::string_view time, const server_message::Error& error) {
  std::string text = "error " + short_name(error.code);
  if (!error.detail.empty()) text += ": " + short_printable(error.detail, kDetailColumns);
  if (error.to) text += " (to " + (error.to->empty() ? "nobody" : name(*error.to)) + ")";
  return line(time, "!!", kRed, text);
}

std::string Render::missed(std::string_view time, std::uint64_t count) const {
  return line(time, "!!", kYellow,
              counted(count, "message") + (count == 1 ? " was" : " were") +
                  " missed: this terminal reads too slowly for the room");
}

std::string Render::sentence(const Finding& finding) {
  const auto called = [this](const std::string& id) {
    return id.empty() ? "?" : id == view_.id() ? "this side" : view_.alias(id);
  };
  Finding named = finding;
  named.from = called(finding.from);
  named.to = called(finding.to);
  return printable(json_line::sentence(named));
}

std::string Render::finding(std::string_view time, const Finding& finding) {
  const std::string_view colour = level_of(finding.code) == FindingLevel::hint ? kYellow : kRed;
  return line(time, "!!", colour,
              sentence(finding) + painted(" (" + std::string(name_of(finding.code)) + ")", kFaint));
}

std::string Render::note(std::string_view time, std::string_view text) const {
  return line(time, "**", kCyan, printable(text));
}

std::string Render::peers() {
  if (view_.room().empty()) return "in no room (/join ROOM)";
  std::string text = short_name(view_.room()) + ": " + std::to_string(view_.present()) + " here";
  if (!view_.observes()) text += "\n  me " + short_name(view_.id());
  for (const std::string& peer : view_.peers()) text += "\n  " + name(peer) + " " + short_name(peer);
  return text;
}

std::string Render::status(std::string_view url, const StatusReport& report) const {
  constexpr std::size_t shown = 50;
  const auto counted = [](std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  std::string text = printable(url) + "   " + counted(report.clients.size(), "client") + "   " +
                     counted(report.rooms.size(), "room");
  for (std::size_t i = 0; i < std::min(shown, report.rooms.size()); ++i)
    text += "\n  " + short_name(report.rooms[i].name) + "  " + counted(report.rooms[i].peers.size(), "peer");
  if (report.rooms.size() > shown) text += "\n  and " + std::to_string(report.rooms.size() - shown) + " more";
  return text;
}

std::string Render::whole(const SeenMessage& seen) {
  std::string text = "#" + std::to_string(seen.number) + " " + short_name(seen.type) + " " +
                     (seen.from.empty() ? "" : "from " + name(seen.from) + " ") + "to " +
                     (seen.to ? name(*seen.to) : "all") + ", " + std::to_string(seen.text.size()) + " B, " +
                     seen.time + "\n";
  // Line breaks become line breaks: those within strings, as in SDP, and those between tokens.
  std::string_view rest = seen.text;
  while (!rest.empty()) {
    const std::size_t at = std::min(rest.find_first_of("\\\n\r\t"), rest.size());
    append_printable(text, rest.substr(0, at));
    rest.remove_prefix(at);
    if (rest.empty()) break;
    if (rest[0] != '\\') {
      if (rest[0] != '\r') text += rest[0] == '\n' ? "\n" : " ";
      rest.remove_prefix(1);
    } else if (rest.starts_with("\\r\\n") || rest.starts_with("\\n")) {
      rest.remove_prefix(rest[1] == 'r' ? 4 : 2);
      text += "\n    ";
    } else {
      append_printable(text, rest.substr(0, 2));
      rest.remove_prefix(std::min<std::size_t>(2, rest.size()));
    }
  }
  return text;
}

std::string Render::pair(const std::string& one, const std::string& other) {
  std::string text;
  for (const SeenMessage& seen : view_.history()) {
    const bool theirs = (seen.from == one && (!seen.to || seen.to == other)) ||
                        (seen.from == other && (!seen.to || seen.to == one));
    if (!theirs) continue;
    SeenMessage shown = seen;
    shown.way = SeenMessage::Way::between_others;
    text.append(text.empty() ? "" : "\n").append(message(shown, read_signal(seen.text), std::nullopt, false));
  }
  if (text.empty()) return "no messages between " + name(one) + " and " + name(other) + " were seen";
  return text;
}

}  // namespace p2psig
