#include "cmd/time_text.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

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

}  // namespace

std::string utc_text(Time time) {
  const auto [seconds, milliseconds] = split(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return format("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
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
