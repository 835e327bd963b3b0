#include <cstdlib>
#include <string_view>

#include "cmd/terminal/editor/plain_editor.hpp"
#include "cmd/terminal/line_editor.hpp"
#include "cmd/terminal/readline/readline_editor.hpp"

namespace p2psig {

std::unique_ptr<LineEditor> make_line_editor(EventLoop& loop, LineEditor::Host& host,
                                             const LineEditor::Options& options) {
  const char* const terminal = std::getenv("TERM");
  const std::string_view name = terminal != nullptr ? terminal : "";
  if (!options.reads_input || name.empty() || name == "dumb")
    return std::make_unique<PlainEditor>(loop, host, options.reads_input);
  return std::make_unique<ReadlineEditor>(loop, host, options);
}

}  // namespace p2psig
