#include "cmd/complete.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <string>

#include "cmd/command_line.hpp"
#include "cmd/failure.hpp"
#include "cmd/net/connect_options.hpp"
#include "cmd/net/event_loop.hpp"
#include "cmd/net/http_get.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/status_reader.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

std::string room_lines(const std::string& document) {
  std::string lines;
  const auto report = read_status(document);
  if (!report) return lines;
  for (const StatusReport::Room& room : report->rooms)
    if (!room.name.empty() && printable(room.name) == room.name) lines.append(room.name).append("\n");
  return lines;
}

/// A process whose time is over, wherever it is: in a name's resolution, or in a pipe that nobody reads.
void end_in_time() {
  std::signal(SIGALRM, [](int) { _exit(exit_code::kDone); });
  itimerval time{};
  time.it_value.tv_usec = std::chrono::microseconds(limits::kCompletionTime).count();
  setitimer(ITIMER_REAL, &time, nullptr);
}

std::string rooms(int count, const char* const* arguments) {
  CLI::App command;
  std::string what;
  ConnectOptions options;
  command.add_option("WHAT", what)->required();
  add_connect_options(command, options);
  command.parse(count, arguments);
  if (what != "rooms") return {};
  take_environment(command);
  complete_connect_options(options);
  EventLoop loop;
  std::string lines;
  const HttpGet get(loop, options, "status", limits::kCompletionTime, [&](const HttpGetResult& result) {
    if (result) lines = room_lines(result->body);
    loop.stop();
  });
  loop.run();
  return lines;
}

}  // namespace

int complete_for_shell(int count, const char* const* arguments) {
  end_in_time();
  try {
    write_output(rooms(count, arguments));
  } catch (const std::exception&) {  // a shell's prompt is no place for it
  }
  _exit(exit_code::kDone);  // without waiting for a resolver
}

}  // namespace p2psig
