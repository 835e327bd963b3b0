#include "cmd/terminal/editor/plain_editor.hpp"
#include "cmd/terminal/line_editor.hpp"

namespace p2psig {

std::unique_ptr<LineEditor> make_line_editor(EventLoop& loop, LineEditor::Host& host,
                                             const LineEditor::Options& options) {
  return std::make_unique<PlainEditor>(loop, host, options.reads_input);
}

std::string line_editor_version() { return {}; }

}  // namespace p2psig
