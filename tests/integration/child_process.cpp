#include "tests/integration/child_process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>

#include "tests/support/exec_strings.hpp"

namespace p2psig::test {
namespace {

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Pipe make_full_pipe() {
  Pipe pipe = make_pipe();
  const int flags = fcntl(pipe.writer.get(), F_GETFL);
  fcntl(pipe.writer.get(), F_SETFL, flags | O_NONBLOCK);
  const std::string page(4096, '.');
  while (write(pipe.writer.get(), page.data(), page.size()) > 0) continue;
  while (write(pipe.writer.get(), page.data(), 1) > 0) continue;
  fcntl(pipe.writer.get(), F_SETFL, flags);
  return pipe;
}

bool read_by_p2psig(std::string_view variable) noexcept {
  return variable.starts_with("P2PSIG_") || variable.starts_with("PORT=") || variable.starts_with("HOST=");
}

struct Streams {
  int output;
  int errors;  // -1: none
};

constexpr std::string_view kListenPid = "LISTEN_PID=0000000000";

/// In the child: writes its pid where a place was kept for it.
void pass_on(const std::vector<int>& listening, char* const* environment) noexcept {
  constexpr int first = 3;
  constexpr int out_of_the_way = 500;
  if (listening.empty()) return;
  int next = out_of_the_way;
  for (const int fd : listening) dup2(fd, next++);
  next = out_of_the_way;
  int to = first;
  for ([[maybe_unused]] const int fd : listening) {
    dup2(next, to++);
    close(next++);
  }
  for (; *environment != nullptr; ++environment) {
    if (kListenPid != *environment) continue;
    char* digit = *environment + kListenPid.size();
    for (pid_t rest = getpid(); rest != 0; rest /= 10) *--digit = static_cast<char>('0' + rest % 10);
  }
}

/// In the child: only what is safe after fork.
[[noreturn]] void execute(const Launch& launch, const Streams& streams, char* const* arguments,
                          char* const* environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(streams.output, STDOUT_FILENO);
  if (streams.errors >= 0) {
    dup2(streams.errors, STDERR_FILENO);
  } else {
    close(STDERR_FILENO);
    close(STDIN_FILENO);
  }
  if (launch.descriptors_max) {
    const rlimit limit{*launch.descriptors_max, *launch.descriptors_max};
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  pass_on(launch.listening, environment);
  execve(arguments[0], arguments, environment);
  constexpr std::string_view why = "it cannot be executed\n";
  [[maybe_unused]] const ssize_t told = write(STDERR_FILENO, why.data(), why.size());
  _exit(127);
}

/// Appends what is there. False at the end of the stream.
bool read_some(int fd, std::string& into) {
  std::array<char, 4096> buffer{};
  const ssize_t bytes = read(fd, buffer.data(), buffer.size());
  if (bytes < 0 && errno != EINTR) throw_errno("read from p2psig");
  if (bytes > 0) into.append(buffer.data(), static_cast<std::size_t>(bytes));
  return bytes != 0;
}

}  // namespace

ChildProcess::ChildProcess(const Launch& launch) {
  std::vector<std::string> arguments{P2PSIG_BINARY};
  arguments.insert(arguments.end(), launch.arguments.begin(), launch.arguments.end());
  std::vector<std::string> environment = launch.environment;
  if (!launch.listening.empty()) {
    environment.push_back("LISTEN_FDS=" + std::to_string(launch.listening.size()));
    environment.emplace_back(kListenPid);
  }
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (!read_by_p2psig(*variable)) environment.emplace_back(*variable);
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);

  Pipe output = make_pipe();
  Pipe errors;
  if (launch.errors == Launch::Errors::stuck) errors = make_full_pipe();
  if (launch.errors == Launch::Errors::kept) errors.writer = Descriptor(memfd_create("stderr", MFD_CLOEXEC));
  if (launch.errors == Launch::Errors::discarded)
    errors.writer = Descriptor(open("/dev/null", O_WRONLY | O_CLOEXEC));
  pid_ = fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0)
    execute(launch, {output.writer.get(), errors.writer.get()}, argument_pointers.data(),
            environment_pointers.data());
  handle_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  stdout_ = std::move(output.reader);
  stderr_ = launch.errors == Launch::Errors::kept ? std::move(errors.writer) : std::move(errors.reader);
}

ChildProcess::~ChildProcess() {
  if (exit_code_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string ChildProcess::read_line() {
  for (;;) {
    if (const auto end = output_.find('\n'); end != std::string::npos) {
      std::string line = output_.substr(0, end);
      output_.erase(0, end + 1);
      return line;
    }
    await(stdout_.get(), POLLIN, "a line of p2psig's");
    if (!read_some(stdout_.get(), output_)) throw std::runtime_error("p2psig ended; it said: " + errors());
  }
}

void ChildProcess::signal(int number) const {
  if (kill(pid_, number) != 0) throw_errno("kill");
}

int ChildProcess::wait(std::chrono::milliseconds within) {
  if (exit_code_) return *exit_code_;
  if (!becomes_ready(handle_.get(), POLLIN, within)) throw std::runtime_error("p2psig has not ended in time");
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) throw_errno("waitpid");
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  while (read_some(stdout_.get(), output_)) continue;
  return *exit_code_;
}

std::string ChildProcess::errors() const {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t bytes = pread(stderr_.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (bytes <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

Run run(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  ChildProcess process({.arguments = arguments, .environment = environment});
  const int code = process.wait();
  return {code, process.output(), process.errors()};
}

}  // namespace p2psig::test
