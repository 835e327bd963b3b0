#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// How a word may go on.
struct Completion {
  /// Where in the line the word begins; it ends at the cursor.
  std::size_t start = 0;
  /// Whole words, in the order in which they are to be shown. Those that do not begin with what has been
  /// typed are left out, as are those with control characters in them.
  std::vector<std::string> candidates{};
  /// Names of files instead.
  bool file_names = false;
  /// Not known yet: the line stays as it is, and the host calls complete_again() once it is.
  bool later = false;
};

/// Reads lines that a person types at a terminal, while what arrives is printed above the line being typed.
///
/// For a process whose stdin and stdout are terminals. It owns them while it lives: nobody else writes there,
/// and when it goes, the terminal is as it was and the cursor at the beginning of a line. There is one at a
/// time. Thread: the loop's. Nothing here waits: what a stopped or slow terminal does not take is kept up to
/// limits::kTerminalBacklogBytes, then left out, and how much is said.
class LineEditor {
 public:
  /// Called from the loop. May print and set the prompt; must not destroy the editor.
  class Host {
   public:
    /// Enter was pressed. A line may have line breaks in it: those of a text that was pasted.
    virtual void line(std::string_view line) noexcept = 0;
    /// Nothing more will come: Ctrl-D or Ctrl-C on an empty line, or the terminal is gone. May be called
    /// again, should the loop go on.
    virtual void end() noexcept = 0;
    /// SIGHUP came, or a SIGINT that is no Ctrl-C; may be called again too.
    virtual void stopped(int signal) noexcept = 0;
    /// Tab was pressed.
    virtual Completion complete(std::string_view line, std::size_t cursor) noexcept = 0;

   protected:
    ~Host() = default;
  };

  struct Options {
    std::string prompt{};
    std::string history_file{};  ///< empty: lines are remembered for this run only
    bool reads_input = true;     ///< or what is typed is left alone, and there is no prompt
  };

  LineEditor() = default;
  virtual ~LineEditor() = default;
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// Puts whole lines above the line being typed, as they are: escaping is the caller's. A last one without
  /// its line feed gets one. They are written at the end of the loop's turn, all with one redraw.
  virtual void print(std::string_view text) = 0;

  /// What was to come later is known: asks the host again, if the line is still as it was at Tab.
  virtual void complete_again() = 0;

  /// Whatever is not printable is escaped, but for colours: `\001`, an SGR sequence, `\002`.
  virtual void set_prompt(std::string_view prompt) = 0;
};

/// Takes over the terminal. Throws Failure where it cannot be opened. Where readline is not built in, or TERM
/// says that the cursor cannot be moved, the terminal's own line input is used, without a prompt.
[[nodiscard]] std::unique_ptr<LineEditor> make_line_editor(EventLoop& loop, LineEditor::Host& host,
                                                           const LineEditor::Options& options);

/// Name and version of the library behind it, or an empty text.
[[nodiscard]] std::string line_editor_version();

/// Where lines are remembered: $P2PSIG_HISTFILE, which may be empty for nowhere; else p2psig/history in
/// $XDG_STATE_HOME, by default ~/.local/state.
[[nodiscard]] std::string history_file_from_environment();

}  // namespace p2psig
