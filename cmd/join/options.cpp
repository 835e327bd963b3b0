#include "cmd/join/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

#include "cmd/command_line.hpp"
#include "cmd/failure.hpp"
#include "cmd/files.hpp"
#include "cmd/option_values.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

std::vector<std::string> words_of(const std::string& option, const std::string& text) {
  std::vector<std::string> words;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (end != 0) words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (words.empty()) throw CLI::ValidationError(option, "names nothing");
  return words;
}

/// -1: for ever.
std::optional<std::optional<Milliseconds>> linger_in(std::string_view text) {
  if (text == "-1") return std::optional<Milliseconds>();
  const auto time = to_milliseconds(text);
  if (!time) return std::nullopt;
  return time;
}

void add_findings(std::vector<FindingCode>& codes, const std::string& text) {
  for (const std::string& word : words_of("--fail-on", text)) {
    if (word == "any") {
      for (std::size_t i = 0; i < kFindingCodes; ++i)
        if (const auto code = static_cast<FindingCode>(i); level_of(code) != FindingLevel::hint)
          codes.push_back(code);
      continue;
    }
    const auto code = finding_code_of(word);
    if (!code) {
      std::string known = "any";
      for (std::size_t i = 0; i < kFindingCodes; ++i)
        known.append(", ").append(name_of(static_cast<FindingCode>(i)));
      throw CLI::ValidationError("--fail-on", std::string(word).append(" is none of ").append(known));
    }
    codes.push_back(*code);
  }
}

CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& type,
                      const std::function<void(const std::string&)>& take, const std::string& help) {
  return app.add_option_function<std::string>(name, take, help)->type_name(type);
}

void add_script_options(CLI::App& join, JoinOptions& options) {
  ScriptOptions& script = options.script;
  join.add_option("--send", script.sends, "Send this message once in the room; may be given several times")
      ->type_name("JSON|@FILE")
      ->allow_extra_args(false);
  add_text(
      join, "--peers", "first|all",
      [&script](const std::string& text) {
        if (text != "first" && text != "all")
          throw CLI::ValidationError("--peers", text + " is neither first nor all");
        script.to_all_peers = text == "all";
      },
      "Who \"to\":\"@peer\" is in what is sent: the first peer there, or each (first)");
  add_count(join, "--wait-peers", script.wait_peers, 1,
            "Wait for so many others in the room before anything is sent");
  add_text(
      join, "--wait-for", "TYPE[,TYPE]",
      [&script](const std::string& text) { script.wait_for = words_of("--wait-for", text); },
      "Wait until a message of each of these types has come");
  add_count(join, "--count", script.count, 1, "Wait for so many messages from peers");
  add_parsed(join, "--linger", script.linger, "SECONDS", linger_in, kWantedSeconds,
             "Without anything to wait for: how long to stay once stdin has ended;\n-1 for ever (1)");
  join.add_flag_callback(
      "--no-stdin", [&script] { script.reads_input = false; }, "Do not read stdin");
  add_seconds(join, "--timeout", options.timeout, "End with exit code 4 after this time");
  join.add_flag("--fail-on-error", options.fail_on_error, "End with exit code 5 at an error from the server");
  add_text(
      join, "--fail-on", "CODE[,CODE]|any",
      [&options](const std::string& text) { add_findings(options.fail_on, text); },
      "End with exit code 1 when one of these is found to be wrong between two peers");
}

void check_message(std::string_view message, const std::string& source) {
  if (scan_envelope(message, kAnyNesting)) return;
  throw Failure(exit_code::kUsage, source + " is not a JSON object");
}

void set_reconnects(JoinOptions& options, const std::string& text) {
  options.reconnects = text == "for-ever" ? kReconnectForEver : whole_number<unsigned>(text);
  if (!options.reconnects) throw CLI::ValidationError(text + " is not a number of attempts");
}

void read_sends(ScriptOptions& script) {
  for (std::string& send : script.sends) {
    if (!send.starts_with('@')) {
      check_message(send, "what --send is given");
      continue;
    }
    const std::string name = send.substr(1);
    send = read_file(name, "a message to send", limits::kMessageFileBytes);
    check_message(send, name);
  }
}

}  // namespace

CLI::App* add_join(CLI::App& app, JoinOptions& options) {
  CLI::App* const join =
      app.add_subcommand("join", "Join a room: see who is there and what they say, and talk");
  set_help(*join,
           "Examples:\n"
           "  p2psig join lobby                              on a terminal: type /help\n"
           "  p2psig join lobby --observe                    watch it without being in it\n"
           "  p2psig join lobby --json                       JSON lines in and out\n"
           "  p2psig join lobby --send @offer.json --wait-for answer --timeout 10\n"
           "  p2psig join lobby --url wss://example.org/signal --token-file token\n",
           "p2psig join [ROOM] [OPTIONS]");
  join->footer(
      "On a terminal messages are shown in words; elsewhere, or with --json, as JSON lines.\n"
      "Each option but --send and --header can be set by P2PSIG_<NAME> as well. Exit codes: 0 done,\n"
      "1 found wrong (--fail-on), 2 usage, 3 not connected, 4 time-out, 5 refused, 6 lost, 7 cannot write.");
  join->add_option("ROOM", options.room, "The room; without one it is only connected");
  join->add_flag("--observe", options.observe,
                 "Watch the room without being in it (the server must allow it)");
  join->add_flag("--json", options.json, "JSON lines on a terminal too");
  add_connect_options(*join, options.connect);
  add_script_options(*join, options);
  join->add_flag("--reconnect{for-ever}")
      ->description(
          "Connect again when the connection is lost, N times in a row at most\n(on a terminal by itself)")
      ->each([&options](const std::string& text) { set_reconnects(options, text); })
      ->type_name("[=N]");
  join->add_option("--record", options.record_file, "Write all messages to this file too, as JSON lines")
      ->type_name("FILE");
  add_colour(*join, options.colour, "Colour (auto)");
  return join;
}

void complete(CLI::App& join, JoinOptions& options) {
  take_environment(join);
  if (options.room.empty() && join.get_option("ROOM")->count() != 0)
    throw Failure(exit_code::kUsage, "the name of the room is empty (without one, leave it out)");
  if (options.observe && options.room.empty())
    throw Failure(exit_code::kUsage, "--observe needs a room to watch: p2psig join ROOM --observe");
  if (options.observe && !options.script.sends.empty())
    throw Failure(exit_code::kUsage, "--observe and --send exclude each other: an observer cannot send");
  complete_connect_options(options.connect);
  read_sends(options.script);
}

}  // namespace p2psig
