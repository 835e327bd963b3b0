#include "cmd/join/join.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "cmd/join/interactive.hpp"
#include "cmd/join/scripted.hpp"
#include "cmd/net/event_loop.hpp"

namespace p2psig {

int join(const JoinOptions& options, std::uint64_t started_us) {
  std::signal(SIGPIPE, SIG_IGN);
  const bool people = !options.json && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  const Milliseconds used = since(started_us);
  const int code = people ? join_interactive(options, used) : join_scripted(options, used);
  std::fflush(nullptr);
  _exit(code);  // libuv would wait at the end for a thread that waits for stdin
}

}  // namespace p2psig
