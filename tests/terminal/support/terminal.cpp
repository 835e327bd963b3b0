#include "tests/terminal/support/terminal.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <utmp.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "tests/support/exec_strings.hpp"

namespace p2psig::test {
namespace {

/// Under the sanitizers, on a busy machine.
constexpr std::chrono::seconds kPatience{20};

using Clock = std::chrono::steady_clock;

winsize size_of(std::size_t rows, std::size_t columns) {
  winsize size{};
  size.ws_row = static_cast<unsigned short>(rows);
  size.ws_col = static_cast<unsigned short>(columns);
  return size;
}

std::string name_of(const std::string& variable) { return variable.substr(0, variable.find('=')); }

std::vector<std::string> environment_of(const Session& session) {
  std::vector<std::string> all{"PATH=/usr/bin:/bin", "TERM=xterm", "LC_ALL=C.UTF-8", "INPUTRC=/dev/null",
                               "P2PSIG_HISTFILE="};
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"})
    if (const char* const value = std::getenv(name)) all.push_back(std::string(name) + "=" + value);
  for (const std::string& own : session.environment) {
    std::erase_if(all, [&own](const std::string& old) { return name_of(old) == name_of(own); });
    if (own.find('=') != std::string::npos) all.push_back(own);
  }
  return all;
}

}  // namespace

Terminal::Terminal(const Session& session)
    : watches_screen_(session.watches_screen), screen_(session.rows, session.columns) {
  std::vector<std::string> arguments = session.program;
  std::vector<std::string> environment = environment_of(session);
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  winsize size = size_of(session.rows, session.columns);
  int master = -1;
  int slave = -1;
  if (openpty(&master, &slave, nullptr, nullptr, &size) != 0) throw_errno("openpty");
  master_ = Descriptor(master);
  slave_ = Descriptor(slave);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  fcntl(slave, F_SETFD, FD_CLOEXEC);
  before_ = modes();
  pid_ = fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (login_tty(slave) == 0)
      execve(argument_pointers[0], argument_pointers.data(), environment_pointers.data());
    _exit(127);
  }
  handle_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (session.edits_lines) until("the editor", [this] { return screen_.paste_mode(); });
}

Terminal::~Terminal() {
  if (exit_code_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Terminal::type(std::string_view keys) {
  while (!keys.empty()) {
    const ssize_t bytes = write(master_.get(), keys.data(), keys.size());
    if (bytes < 0) throw_errno("type");
    keys.remove_prefix(static_cast<std::size_t>(bytes));
  }
}

void Terminal::type_and_see(std::string_view text) {
  type(text);
  until("the text that was typed", [this, text] {
    std::string joined;
    for (std::size_t row = 0; row < screen_.rows(); ++row) joined += screen_.row(row);
    return joined.find(text) != std::string::npos;
  });
}

void Terminal::paste(std::string_view text) { type("\033[200~" + std::string(text) + "\033[201~"); }

void Terminal::message() {
  signal(SIGUSR1);
  const std::string text = "a message arrives " + std::to_string(++messages_);
  until(text, [this, &text] {
    std::string joined;
    for (std::size_t row = 0; row < screen_.rows(); ++row) joined += screen_.row(row);
    return joined.find(text) != std::string::npos;
  });
}

void Terminal::resize(std::size_t rows, std::size_t columns, ScreenModel::Reflow reflow) {
  screen_.resize(rows, columns, reflow);
  const winsize size = size_of(rows, columns);
  if (ioctl(master_.get(), TIOCSWINSZ, &size) != 0) throw_errno("resize");
}

void Terminal::signal(int number) const {
  if (kill(pid_, number) != 0) throw_errno("kill");
}

bool Terminal::read_some(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  std::array<pollfd, 2> waiting{pollfd{master_.get(), POLLIN, 0}, pollfd{handle_.get(), POLLIN, 0}};
  if (poll(waiting.data(), waiting.size(), static_cast<int>(std::max<long>(left.count(), 0))) < 0)
    throw_errno("poll");
  if (waiting[0].revents == 0) return waiting[1].revents == 0;
  std::array<char, 65536> buffer{};
  const ssize_t bytes = read(master_.get(), buffer.data(), buffer.size());
  if (bytes <= 0) return false;
  output_.append(buffer.data(), static_cast<std::size_t>(bytes));
  if (watches_screen_) screen_.write({buffer.data(), static_cast<std::size_t>(bytes)});
  return true;
}

void Terminal::until(const std::string& what, const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + kPatience;
  while (!condition()) {
    if (Clock::now() < deadline && read_some(deadline)) continue;
    throw std::runtime_error("not in time: " + what + "; the screen, the cursor at " +
                             std::to_string(screen_.cursor_row()) + "," +
                             std::to_string(screen_.cursor_column()) + ":\n" + screen_.text());
  }
}

void Terminal::sees(const std::string& text) {
  until(text, [this, &text] { return screen_.all_text().find(text) != std::string::npos; });
}

void Terminal::sees_line(const std::string& row, std::size_t column) {
  until(row, [this, &row, column] {
    const std::size_t at = screen_.cursor_row();
    return screen_.row(at) == row && screen_.cursor_column() == column &&
           (at + 1 == screen_.rows() || screen_.row(at + 1).empty());
  });
}

void Terminal::sees_broken_line(const std::string& line, std::size_t cursor) {
  const std::size_t columns = screen_.columns();
  std::vector<std::string> expected;
  for (std::size_t at = 0; at < line.size(); at += columns) {
    expected.push_back(line.substr(at, columns));
    expected.back().erase(expected.back().find_last_not_of(' ') + 1);
  }
  const std::size_t above = cursor / columns;
  until(line, [&] {
    if (screen_.cursor_row() < above || screen_.cursor_column() != cursor % columns) return false;
    const std::size_t first = screen_.cursor_row() - above;
    for (std::size_t i = 0; first + i < screen_.rows(); ++i)
      if (screen_.row(first + i) != (i < expected.size() ? expected[i] : "")) return false;
    return true;
  });
}

int Terminal::wait() {
  if (exit_code_) return *exit_code_;
  const auto deadline = Clock::now() + kPatience;
  while (master_.valid() && read_some(deadline) && Clock::now() < deadline) continue;
  if (!becomes_ready(handle_.get(), POLLIN, kPatience)) throw std::runtime_error("the program has not ended");
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) throw_errno("waitpid");
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return *exit_code_;
}

termios Terminal::modes() const {
  termios modes{};
  if (tcgetattr(master_.get(), &modes) != 0) throw_errno("tcgetattr");
  return modes;
}

bool same(const termios& a, const termios& b) noexcept {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_cflag == b.c_cflag &&
         a.c_lflag == b.c_lflag && std::equal(std::begin(a.c_cc), std::end(a.c_cc), std::begin(b.c_cc));
}

Folder::Folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "p2psig-terminal-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw_errno("mkdtemp");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace p2psig::test
