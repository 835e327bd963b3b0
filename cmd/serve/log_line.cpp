#include "cmd/serve/log_line.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "core/protocol/json_text.hpp"
#include "core/protocol/utf8.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

using Time = std::chrono::system_clock::time_point;

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 64> buffer{};
  const int bytes = std::snprintf(buffer.data(), buffer.size(), pattern, values...);
  return {buffer.data(), static_cast<std::size_t>(bytes)};
}

std::pair<std::time_t, int> split(Time time) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return {static_cast<std::time_t>(since / 1000), static_cast<int>(since % 1000)};
}

std::string utc_text(Time time) {
  const auto [seconds, milliseconds] = split(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return format("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
}

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

std::string seconds_text(std::chrono::milliseconds value) {
  return format("%.1f", static_cast<double>(value.count()) / 1000);
}

std::string clock_text(Time time) {
  const auto [seconds, milliseconds] = split(time);
  std::tm local{};
  localtime_r(&seconds, &local);
  return format("%02d:%02d:%02d.%03d", local.tm_hour, local.tm_min, local.tm_sec, milliseconds);
}

}  // namespace p2psig
