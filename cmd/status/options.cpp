#include "cmd/status/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

#include "cmd/command_line.hpp"
#include "cmd/failure.hpp"
#include "cmd/option_values.hpp"
#include "core/protocol/utf8.hpp"

namespace p2psig {
namespace {

void add_switch(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  app.add_flag(name, value, help)->disable_flag_override();
}

void add_optional_text(CLI::App& app, const std::string& name, std::optional<std::string>& value,
                       const std::string& type, const std::string& help) {
  app.add_option_function<std::string>(
         name, [&value](const std::string& text) { value = text; }, help)
      ->type_name(type);
}

void add_predicate(CLI::App& status, StatusPredicate& predicate) {
  add_count(status, "--min-peers", predicate.peers_min, 0, "With --room: true if it has N peers or more");
  add_count(status, "--max-peers", predicate.peers_max, 0, "With --room: true if it has N peers or fewer");
  add_optional_text(status, "--has-peer", predicate.peer, "ID",
                    "With --room: true if this peer is in it; the whole id");
  add_count(status, "--min-clients", predicate.clients_min, 0,
            "Without --room: true if N clients or more are connected");
  add_count(status, "--max-clients", predicate.clients_max, 0,
            "Without --room: true if N clients or fewer are connected");
}

[[noreturn]] void refuse(const std::string& why) { throw Failure(exit_code::kUsage, why); }

void check_limits(const std::string& names, const std::optional<std::uint64_t>& min,
                  const std::optional<std::uint64_t>& max) {
  if (min && max && *min > *max)
    refuse("--min-" + names + " " + std::to_string(*min) + " and --max-" + names + " " +
           std::to_string(*max) + " can never both be true");
}

void check_predicate(const StatusPredicate& predicate) {
  if (predicate.asks_about_peers() && !predicate.room)
    refuse(
        "--min-peers, --max-peers and --has-peer ask about one room: add --room ROOM "
        "(of the whole server: --min-clients, --max-clients)");
  if (predicate.asks_about_clients() && predicate.room)
    refuse(
        "--min-clients and --max-clients ask about the whole server, not about a --room: "
        "there it is --min-peers, --max-peers");
  check_limits("peers", predicate.peers_min, predicate.peers_max);
  check_limits("clients", predicate.clients_min, predicate.clients_max);
}

std::optional<Milliseconds> interval_in(std::string_view text) {
  constexpr Milliseconds shortest{100};
  const auto time = to_milliseconds(text);
  return time && *time >= shortest ? time : std::nullopt;
}

std::string fault_of_interval(const std::string& text) {
  return interval_in(text) ? "" : text + " is not a number of seconds from 0.1 to 86400";
}

}  // namespace

CLI::App* add_status(CLI::App& app, StatusOptions& options) {
  CLI::App* const status =
      app.add_subcommand("status", "See who is in which room, or ask about it in a script");
  set_help(*status,
           "Examples:\n"
           "  p2psig status                                  who is in which room\n"
           "  p2psig status --watch                          the same, again and again (Ctrl-C stops)\n"
           "  p2psig status --json --room lobby              for scripts\n"
           "  p2psig status -q --room lobby --min-peers 2 --wait --timeout 30 || exit\n"
           "  p2psig status --url https://example.org/signal --token-file token\n",
           "p2psig status [OPTIONS]");
  status->footer(
      "On a terminal lines are cut to its width; elsewhere nothing is, and ids are whole.\n"
      "Each option but --header can be set by P2PSIG_<NAME> as well. Exit codes: 0 done, true; 1 false;\n"
      "2 usage; 3 no answer; 4 --timeout; 5 not a status; 6 an answer cut short; 7 cannot write; 128+N "
      "signal N\n"
      "(on a terminal Ctrl-C ends --watch with 0).");
  add_switch(*status, "--json", options.json,
             "What the server says as one line of JSON; with --room about that room");
  add_optional_text(*status, "--room", options.predicate.room, "ROOM",
                    "Only this room; one that is not there has no peers");
  add_choice<RoomOrder>(*status, "--sort", options.order,
                        {{"name", RoomOrder::name}, {"peers", RoomOrder::peers}},
                        "The table's order: by name, or most peers first (the server's)");
  status
      ->add_flag("--watch{2}", options.watch_text,
                 "Look again every so many seconds (2): on a terminal in the same place,\nelsewhere below")
      ->check(fault_of_interval)
      ->type_name("[=SECONDS]");
  add_predicate(*status, options.predicate);
  add_switch(*status, "--wait", options.wait,
             "Until all that is asked is true, also while the server cannot be reached");
  add_seconds(*status, "--timeout", options.timeout,
              "End with exit code 4 after this time (without: a request may take 10)");
  add_switch(*status, "-q,--quiet", options.quiet, "Nothing on stdout: only the exit code");
  add_connect_options(*status, options.connect);
  add_colour(*status, options.colour, "Colour (auto)");
  return status;
}

void complete(CLI::App& status, StatusOptions& options) {
  take_environment(status);
  if (!options.watch_text.empty()) options.watch = interval_in(options.watch_text);
  check_predicate(options.predicate);
  if (options.predicate.room && !is_utf8(*options.predicate.room)) refuse("--room is not UTF-8");
  if (options.wait && !options.predicate.asks())
    refuse("--wait needs something to wait for: --min-clients N, or --room ROOM --min-peers N");
  if (options.watch && options.wait) refuse("--watch and --wait exclude each other: --watch never ends");
  if (options.watch && options.predicate.asks())
    refuse(
        "--watch takes no --min-..., --max-... or --has-peer: it never ends (--wait does, when they are "
        "true)");
  complete_connect_options(options.connect);
}

}  // namespace p2psig
