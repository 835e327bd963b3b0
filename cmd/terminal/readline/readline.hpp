#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/terminal/line_editor.hpp"

namespace p2psig {

/// GNU readline, for what keys do to a line: its key maps and ~/.inputrc, history, search, completion, undo.
/// What it would write goes nowhere, and it reads nothing but the keys that it is given: to show the line is
/// its owner's. Its state is the process's, so there is one at a time. Thread: one.
class Readline {
 public:
  class Owner {
   public:
    virtual Completion complete(std::string_view line, std::size_t cursor) noexcept = 0;
    /// To be shown: how the word may go on. Printable.
    virtual void list(std::vector<std::string> candidates) noexcept = 0;

   protected:
    ~Owner() = default;
  };
  struct Line {
    std::string text;
    bool remembered;  ///< it went into the history
  };

  /// `input` is the terminal, whose erase and kill characters are bound as there.
  Readline(int input, Owner& owner, const std::vector<std::string>& history);
  ~Readline();
  Readline(const Readline&) = delete;
  Readline& operator=(const Readline&) = delete;

  /// The whole bytes of one key.
  void type(std::string_view key);
  /// As Tab does, where the last one got a Completion that was to come later, and nothing has changed since.
  void complete_again();
  /// Puts a text at the cursor, as one step for undo. What was going on (a search, a command that waits for
  /// its motion) ends.
  void insert(const std::string& text);
  /// An empty line, whatever was going on; on an empty one the end is asked for.
  void interrupt();

  /// The next of the lines that were entered since this was asked last.
  [[nodiscard]] std::optional<Line> take_line();
  /// Whether the end was asked for, by that or by Ctrl-D on an empty line, since this was asked last.
  [[nodiscard]] bool take_end() noexcept;
  /// Whether the screen is to be cleared (Ctrl-L), likewise.
  [[nodiscard]] bool take_clear_screen() noexcept;

  [[nodiscard]] std::string_view line() const noexcept;
  [[nodiscard]] std::size_t cursor() const noexcept;
  /// What stands in the prompt's place for now: a search, a number being typed.
  [[nodiscard]] std::optional<std::string> message() const;
  /// What ~/.inputrc wants before the prompt to tell vi's modes apart; most often nothing. What is between
  /// \001 and \002 takes no space.
  [[nodiscard]] std::string mode() const;
  [[nodiscard]] bool wants_bracketed_paste() const;
};

}  // namespace p2psig
