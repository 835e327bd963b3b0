#pragma once

#include <sys/types.h>
#include <termios.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/descriptor.hpp"
#include "tests/terminal/support/screen_model.hpp"

namespace p2psig::test {

/// How a program is started in a terminal.
struct Session {
  std::size_t rows = 24;
  std::size_t columns = 80;
  std::vector<std::string> program{EDITOR_PROGRAM};
  /// NAME=value; there are no others but PATH, TERM=xterm, LC_ALL=C.UTF-8, a readline without init file, and
  /// a history that is off, which these may replace.
  std::vector<std::string> environment{};
  /// Whether to wait for the line editor to take the terminal: what is typed before, the terminal echoes.
  bool edits_lines = true;
  /// Whether its screen is looked at: other programs than ours may do with a terminal what they like.
  bool watches_screen = true;
};

/// A person's terminal with a program in it. The program is killed with it.
class Terminal {
 public:
  explicit Terminal(const Session& session = {});
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(std::string_view keys);
  /// Types text and waits for it to be there, so that what follows comes after it.
  void type_and_see(std::string_view text);
  void paste(std::string_view text);
  /// Has a message arrive, and waits until it is there.
  void message();
  void resize(std::size_t rows, std::size_t columns, ScreenModel::Reflow reflow = ScreenModel::Reflow::no);
  void signal(int number) const;
  void close() { master_.reset(); }

  /// Takes what the program has written, waiting for some until then. False once it has closed the terminal.
  bool read_some(std::chrono::steady_clock::time_point until);
  /// Waits until the condition holds, on what the program has written by then; throws if it does not in time,
  /// or if the program ends before.
  void until(const std::string& what, const std::function<bool()>& condition);
  /// Until `text` is on the screen, or was.
  void sees(const std::string& text);
  /// Until the last row with something on it is this one, and the cursor at this column of it.
  void sees_line(const std::string& row, std::size_t column);
  /// Until the screen shows this line below what arrived before, rows broken where they must be, with the
  /// cursor at `cursor` (all characters being one column wide).
  void sees_broken_line(const std::string& line, std::size_t cursor);
  /// Waits for the end of the program. Its exit code, 128 + N after signal N.
  int wait();

  [[nodiscard]] const ScreenModel& screen() const noexcept { return screen_; }
  /// All that the program has written.
  [[nodiscard]] const std::string& output() const noexcept { return output_; }
  [[nodiscard]] termios modes() const;
  /// Before the program began.
  [[nodiscard]] const termios& modes_before() const noexcept { return before_; }
  [[nodiscard]] int master() const noexcept { return master_.get(); }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  Descriptor master_;
  Descriptor slave_;  // keeps what was written there after the program's end
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  Descriptor handle_;
  termios before_{};
  const bool watches_screen_;
  ScreenModel screen_;
  std::string output_;
  std::size_t messages_ = 0;
};

[[nodiscard]] bool same(const termios& a, const termios& b) noexcept;

/// A folder that goes with its owner.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& name = {}) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace p2psig::test
