#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace p2psig {

enum class LogFormat : std::uint8_t { pretty, logfmt, json };
enum class LogLevel : std::uint8_t { error, warn, info, debug };

[[nodiscard]] std::string_view name_of(LogLevel level) noexcept;

/// A line of the log as `key=value` pairs or as JSON, with the same keys.
class LogLine {
 public:
  LogLine(LogFormat format, LogLevel level, std::string_view event,
          std::chrono::system_clock::time_point time);

  /// A word of ours, or an id: needs neither quotes nor escapes.
  LogLine& word(std::string_view key, std::string_view value);
  /// Text from elsewhere.
  LogLine& text(std::string_view key, std::string_view value);
  LogLine& number(std::string_view key, std::uint64_t value);
  LogLine& seconds(std::string_view key, std::chrono::milliseconds value);

  /// The line, its end included.
  [[nodiscard]] std::string finish();

 private:
  void begin(std::string_view key);

  LogFormat format_;
  std::string line_;
};

}  // namespace p2psig
