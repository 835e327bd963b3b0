#include "core/client/commands.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/wire_names.hpp"
#include "core/whole_number.hpp"

namespace p2psig {
namespace {

using Verb = Command::Verb;

struct CommandForm {
  std::string_view word;
  Verb verb;
  std::string_view arguments;
  std::string_view meaning;
};

constexpr std::array kCommands{
    CommandForm{"/peers", Verb::peers, "", "who is in the room"},
    CommandForm{"/join", Verb::join, "ROOM", "join a room, leaving this one"},
    CommandForm{"/leave", Verb::leave, "", "leave the room"},
    CommandForm{"/offer", Verb::offer, "PEER JSON|@FILE", "send an offer; text that is not JSON is SDP"},
    CommandForm{"/answer", Verb::answer, "PEER JSON|@FILE", "send an answer"},
    CommandForm{"/ice", Verb::ice, "PEER JSON|@FILE", "send a candidate"},
    CommandForm{"/send", Verb::send, "JSON|@FILE",
                "send a message as it is; so does a line that begins with {"},
    CommandForm{"/show", Verb::show, "N", "message #N whole, its SDP line by line"},
    CommandForm{"/filter", Verb::filter, "TYPES|off", "show only messages of these types"},
    CommandForm{"/raw", Verb::raw, "on|off", "messages as JSON instead of words"},
    CommandForm{"/pair", Verb::pair, "PEER PEER", "what two have said to each other"},
    CommandForm{"/record", Verb::record, "FILE|off", "write all messages to a file, as JSON lines"},
    CommandForm{"/ping", Verb::ping, "", "how long the server takes to answer"},
    CommandForm{"/status", Verb::status, "", "rooms and clients of the server"},
    CommandForm{"/reconnect", Verb::reconnect, "", "connect anew"},
    CommandForm{"/help", Verb::help, "", "this list"},
    CommandForm{"/quit", Verb::quit, "", "leave and end; so do Ctrl-D, and Ctrl-C on an empty line"},
};

constexpr std::size_t kWordBytesMax = 16;

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The next word; what is behind it stays.
std::string_view take_word(std::string_view& rest) noexcept {
  rest = trimmed(rest);
  const auto end = std::find_if(rest.begin(), rest.end(), is_blank);
  const auto bytes = static_cast<std::size_t>(end - rest.begin());
  const std::string_view word = rest.substr(0, bytes);
  rest = trimmed(rest.substr(bytes));
  return word;
}

const CommandForm* known(std::string_view word) noexcept {
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [word](const CommandForm& each) { return each.word == word; });
  return found != kCommands.end() ? found : nullptr;
}

/// The commands that have the longest beginning in common with what was typed.
std::string suggestion(std::string_view word) {
  std::vector<std::string_view> similar;
  for (std::size_t bytes = std::min(word.size(), kWordBytesMax); bytes > 1 && similar.empty(); --bytes)
    for (const CommandForm& each : kCommands)
      if (each.word.starts_with(word.substr(0, bytes))) similar.push_back(each.word);
  if (similar.empty()) return " (/help lists them)";
  std::string text = " (did you mean ";
  for (const std::string_view each : similar)
    text.append(each == similar.front() ? "" : each == similar.back() ? " or " : ", ").append(each);
  return text + "?)";
}

std::string usage(const CommandForm& command) {
  return std::string(command.word).append(" takes ").append(command.arguments);
}

/// JSON, or `@FILE`.
Result<Command, BadCommand> with_content(Command command, std::string_view rest, const CommandForm& form) {
  if (rest.empty()) return BadCommand{usage(form)};
  if (rest[0] == '@')
    command.file = rest.substr(1);
  else
    command.text = rest;
  if (rest == "@") return BadCommand{usage(form) + ": there is no name behind the @"};
  return command;
}

Result<Command, BadCommand> parse_filter(Command command, std::string_view rest, const CommandForm& form) {
  if (rest.empty()) return BadCommand{usage(form) + ", as in /filter offer,answer"};
  if (rest == "off") return command;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(", \t\r\n"), rest.size());
    if (end != 0) command.types.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (command.types.empty()) return BadCommand{usage(form) + ", as in /filter offer,answer"};
  const auto named = [&](std::string_view type) {
    return std::find(command.types.begin(), command.types.end(), type) != command.types.end();
  };
  if (named("candidate") != named("ice-candidate"))
    command.types.emplace_back(named("candidate") ? "ice-candidate" : "candidate");
  return command;
}

Result<Command, BadCommand> parse_number(Command command, std::string_view rest, const CommandForm& form) {
  const std::string_view digits = rest.starts_with('#') ? rest.substr(1) : rest;
  const auto number = whole_number<std::uint64_t>(digits);
  if (!number) return BadCommand{usage(form) + ", the number of a message"};
  command.number = *number;
  return command;
}

Result<Command, BadCommand> parse_arguments(Command command, std::string_view rest, const CommandForm& form,
                                            const RoomView& view) {
  switch (command.verb) {
    case Verb::offer:
    case Verb::answer:
    case Verb::ice: {
      const auto peer = view.find(take_word(rest));
      if (!peer) return BadCommand{usage(form) + ": " + peer.error().what};
      command.peer = *peer;
      return with_content(command, rest, form);
    }
    case Verb::pair: {
      const auto one = view.find(take_word(rest));
      const auto other = view.find(take_word(rest));
      for (const auto* each : {&one, &other})
        if (!*each) return BadCommand{usage(form) + ": " + each->error().what};
      command.peer = *one;
      command.other = *other;
      break;
    }
    case Verb::send:
      return with_content(command, rest, form);
    case Verb::filter:
      return parse_filter(command, rest, form);
    case Verb::show:
      return parse_number(command, rest, form);
    case Verb::raw:
      if (rest != "on" && rest != "off") return BadCommand{usage(form)};
      command.on = rest == "on";
      return command;
    case Verb::join:
    case Verb::record:
      if (rest.empty()) return BadCommand{usage(form)};
      if (command.verb == Verb::join || rest != "off") command.text = rest;
      return command;
    default:
      break;
  }
  if (!rest.empty())
    return BadCommand{std::string(form.word) + (form.arguments.empty()
                                                    ? " takes nothing"
                                                    : " takes no more than " + std::string(form.arguments))};
  return command;
}

std::string with_line_ends(std::string_view sdp) {
  std::string out;
  while (!sdp.empty()) {
    const std::size_t end = std::min(sdp.find_first_of("\r\n"), sdp.size());
    if (end != 0) out.append(sdp.substr(0, end)).append("\r\n");
    sdp.remove_prefix(std::min(end + 1, sdp.size()));
  }
  return out;
}

std::string what_is_wrong(const ScanError& error) {
  if (error.fault == ScanError::Fault::too_deep) return "this is nested too deeply for a message";
  if (error.fault == ScanError::Fault::invalid_utf8) return "this is not valid UTF-8";
  return "this is not valid JSON, from byte " + std::to_string(error.offset) + " on";
}

std::string member(std::string_view key, std::string_view text) {
  return "\"" + std::string(key) + "\":" + json_string(text);
}

}  // namespace

Result<Command, BadCommand> parse_command(std::string_view line, const RoomView& view) {
  std::string_view rest = trimmed(line);
  Command command;
  if (rest.empty()) return command;
  if (rest[0] == '{') {
    command.verb = Verb::send;
    command.text = line;
    return command;
  }
  if (rest[0] != '/') return BadCommand{"commands begin with /, messages with { (/help lists the commands)"};
  const std::string_view word = take_word(rest);
  const CommandForm* const form = known(word);
  if (form == nullptr) return BadCommand{"there is no command " + std::string(word) + suggestion(word)};
  command.verb = form->verb;
  return parse_arguments(command, rest, *form, view);
}

Result<std::string, BadCommand> compose(const Command& command, std::string_view content) {
  content = trimmed(content);
  const bool ice = command.verb == Verb::ice;
  const std::string_view type = ice ? "ice-candidate" : command.verb == Verb::offer ? "offer" : "answer";
  const std::string_view key = ice ? "candidate" : type;
  std::string value(content);
  if (content.starts_with('{')) {
    if (const auto object = scan_envelope(content); !object) return BadCommand{what_is_wrong(object.error())};
  } else if (!ice || content != "null") {  // null: the end of candidates
    if (content.empty()) return BadCommand{"there is nothing to send"};
    if (!ice && !content.starts_with("v="))
      return BadCommand{"this is neither a JSON object nor SDP, which begins with v="};
    if (ice && !content.starts_with("candidate:") && !content.starts_with("a=candidate:"))
      return BadCommand{"this is neither a JSON object nor a candidate, which begins with candidate:"};
    if (ice && content.find_first_of("\r\n") != std::string_view::npos)
      return BadCommand{"these are several lines: candidates are sent one by one"};
    if (ice)
      value = "{" + member("candidate", content.substr(content.starts_with("a=") ? 2 : 0)) +
              R"(,"sdpMLineIndex":0})";
    else  // every line of SDP ends with CRLF (RFC 8866, 5); files often have lost that
      value = "{" + member("type", type) + "," + member("sdp", with_line_ends(content)) + "}";
  }
  std::string message = "{" + member(key::kType, type) + "," + member(key::kTo, command.peer) + ",\"" +
                        std::string(key) + "\":" + value + "}";
  if (const auto whole = scan_envelope(message); !whole) return BadCommand{what_is_wrong(whole.error())};
  return message;
}

std::string help_text() {
  constexpr std::size_t columns = 26;
  std::string text;
  for (const CommandForm& each : kCommands) {
    std::string form =
        std::string(each.word) + (each.arguments.empty() ? "" : " ") + std::string(each.arguments);
    form.resize(std::max(columns, form.size()), ' ');
    text.append(text.empty() ? "" : "\n").append("  ").append(form).append("  ").append(each.meaning);
  }
  return text + "\nA peer is @N, me, an id, or the beginning of one.";
}

std::vector<std::string> command_words() {
  std::vector<std::string> words;
  words.reserve(kCommands.size());
  for (const CommandForm& each : kCommands) words.emplace_back(each.word);
  return words;
}

bool takes_peer(std::string_view word, std::size_t index) noexcept {
  const CommandForm* const form = known(word);
  if (form == nullptr) return false;
  if (form->verb == Verb::pair) return index < 2;
  return index == 0 && (form->verb == Verb::offer || form->verb == Verb::answer || form->verb == Verb::ice);
}

bool takes_room(std::string_view word, std::size_t index) noexcept { return word == "/join" && index == 0; }

bool takes_file(std::string_view word, std::size_t index) noexcept { return word == "/record" && index == 0; }

}  // namespace p2psig
