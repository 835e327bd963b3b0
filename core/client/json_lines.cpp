#include "core/client/json_lines.hpp"

#include <algorithm>

#include "core/protocol/json_text.hpp"
#include "core/protocol/utf8.hpp"

namespace p2psig::json_line {
namespace {

std::string begun_line(std::string_view time) { return std::string(R"({"ts":")").append(time).append("\""); }

/// JSON is UTF-8, even where the reason in a close frame is not.
std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char* const end = utf8_sequence_end(text.data(), text.data() + text.size());
    const std::size_t bytes = end != nullptr ? static_cast<std::size_t>(end - text.data()) : 1;
    out.append(end != nullptr ? text.substr(0, bytes) : "\uFFFD");
    text.remove_prefix(bytes);
  }
  return out;
}

void add_text(std::string& line, std::string_view key, std::string_view value) {
  line.append(",\"").append(key).append("\":\"");
  append_escaped(line, as_utf8(value));
  line += '"';
}

}  // namespace

std::string open(std::string_view time, std::string_view id) {
  std::string line = begun_line(time);
  add_text(line, "event", "open");
  add_text(line, "id", id);
  return line += "}\n";
}

std::string message(std::string_view time, bool incoming, std::uint64_t number, std::string_view message) {
  std::string line = begun_line(time);
  line.reserve(line.size() + message.size() + 64);
  add_text(line, "dir", incoming ? "in" : "out");
  line.append(",\"n\":").append(std::to_string(number)).append(",\"msg\":");
  const std::size_t start = line.size();
  line.append(message);
  // Within strings there are none: JSON has them escaped.
  std::replace_if(
      line.begin() + static_cast<std::ptrdiff_t>(start), line.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line += "}\n";
}

std::string sentence(const Finding& finding) {
  std::string text;
  for (std::string_view rest = finding.detail; !rest.empty();) {
    const std::size_t at = std::min(rest.find('{'), rest.size());
    text.append(rest.substr(0, at));
    rest.remove_prefix(at);
    if (rest.empty()) break;
    const bool from = rest.starts_with("{from}");
    const bool to = rest.starts_with("{to}");
    text.append(from ? finding.from : to ? finding.to : "{");
    rest.remove_prefix(from ? 6 : to ? 4 : 1);
  }
  return text;
}

std::string finding(std::string_view time, const Finding& finding) {
  std::string line = begun_line(time);
  add_text(line, "event", "finding");
  add_text(line, "level", name_of(level_of(finding.code)));
  add_text(line, "code", name_of(finding.code));
  line += R"(,"pair":[")";
  append_escaped(line, as_utf8(finding.from));
  line += R"(",")";
  append_escaped(line, as_utf8(finding.to));
  line += R"("],"messages":[)";
  for (std::size_t i = 0; i < finding.messages.size(); ++i)
    line.append(i == 0 ? "" : ",").append(std::to_string(finding.messages[i]));
  line += "]";
  add_text(line, "detail", sentence(finding));
  return line += "}\n";
}

std::string close(std::string_view time, std::uint16_t code, std::string_view reason) {
  std::string line = begun_line(time);
  add_text(line, "event", "close");
  line.append(",\"code\":").append(std::to_string(code));
  add_text(line, "reason", reason);
  return line += "}\n";
}

}  // namespace p2psig::json_line
