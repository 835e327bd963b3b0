#pragma once

#include <stdexcept>
#include <string>

namespace p2psig {

/// Exit codes that people and scripts rely on.
namespace exit_code {
inline constexpr int kDone = 0;
inline constexpr int kFalse = 1;  ///< a predicate, or a finding
inline constexpr int kUsage = 2;
inline constexpr int kNetwork = 3;
inline constexpr int kTimeout = 4;
inline constexpr int kProtocol = 5;  ///< the server refused, or is not one
inline constexpr int kLost = 6;      ///< the connection
inline constexpr int kOutput = 7;
inline constexpr int kSignalled = 128;  // and the signal's number
}  // namespace exit_code

/// What the environment denies: says what was attempted, on what, and why. Caught once, in main.
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

}  // namespace p2psig
