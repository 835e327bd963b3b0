#include "cmd/join/join.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "cmd/join/scripted.hpp"

namespace p2psig {

int join(const JoinOptions& options, std::uint64_t started_us) {
  std::signal(SIGPIPE, SIG_IGN);
  const int code = join_scripted(options, started_us);
  std::fflush(nullptr);
  _exit(code);  // libuv would wait at the end for a thread that waits for stdin
}

}  // namespace p2psig
