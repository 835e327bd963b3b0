#include "cmd/serve/log_line.hpp"

#include "cmd/time_text.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/utf8.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

using Time = std::chrono::system_clock::time_point;

}  // namespace

std::string_view name_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::error:
      return "error";
    case LogLevel::warn:
      return "warn";
    case LogLevel::info:
      return "info";
    case LogLevel::debug:
      return "debug";
  }
  return {};
}

LogLine::LogLine(LogFormat format, LogLevel level, std::string_view event, Time time) : format_(format) {
  if (format_ == LogFormat::json) line_ = '{';
  word("ts", utc_text(time)).word("level", name_of(level)).word("event", event);
}

void LogLine::begin(std::string_view key) {
  if (format_ == LogFormat::json) {
    if (line_.size() > 1) line_ += ',';
    line_.append("\"").append(key).append("\":");
  } else {
    if (!line_.empty()) line_ += ' ';
    line_.append(key) += '=';
  }
}

LogLine& LogLine::word(std::string_view key, std::string_view value) {
  begin(key);
  if (format_ == LogFormat::json)
    line_.append("\"").append(value).append("\"");
  else
    line_.append(value);
  return *this;
}

LogLine& LogLine::text(std::string_view key, std::string_view value) {
  begin(key);
  line_ += '"';
  if (format_ == LogFormat::json && is_utf8(value))
    append_escaped(line_, value);
  else
    append_printable(line_, value, Quoting::quoted);
  line_ += '"';
  return *this;
}

LogLine& LogLine::number(std::string_view key, std::uint64_t value) {
  begin(key);
  line_ += std::to_string(value);
  return *this;
}

LogLine& LogLine::seconds(std::string_view key, std::chrono::milliseconds value) {
  begin(key);
  line_ += seconds_text(value);
  return *this;
}

std::string LogLine::finish() {
  line_ += format_ == LogFormat::json ? "}\n" : "\n";
  return std::move(line_);
}

}  // namespace p2psig
