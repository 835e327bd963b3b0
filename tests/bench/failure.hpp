#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace p2psig::bench {

/// What the server did wrong: it ends the run that saw it.
class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What was asked for makes no sense, or cannot be had on this machine.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Some of `text` from `at` on, in quotes, fit for a terminal.
[[nodiscard]] inline std::string excerpt(std::string_view text, std::size_t at = 0) {
  constexpr std::size_t bytes_max = 100;
  const std::string_view rest = text.substr(at < text.size() ? at : text.size());
  std::string shown = "'";
  for (const char byte : rest.substr(0, bytes_max)) shown += byte >= ' ' && byte <= '~' ? byte : '?';
  return shown + (rest.size() > bytes_max ? "...'" : "'");
}

/// `message` has to be `expected`.
inline void expect(std::string_view message, std::string_view expected) {
  if (message != expected) throw Fault(excerpt(message) + " came instead of " + excerpt(expected));
}

}  // namespace p2psig::bench
