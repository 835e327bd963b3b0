#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p2psig {

/// Lines that are remembered from one run to the next, oldest first. Several processes may use one file at
/// once. In it a line break is written `\n` and a backslash `\\`, so that a line of the file is one entry.
///
/// Mode 0600: the lines may hold addresses and passwords; folders that are missing are made with 0700. What is
/// not a file (/dev/null) remembers nothing. At most limits::kHistoryLines and kHistoryBytes are kept, the newest.
class HistoryFile {
 public:
  /// An empty path: nothing is remembered.
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] std::vector<std::string> load() const;
  /// At once, so that nothing is lost however the process ends. The first time that it fails it says what
  /// happened, and nothing is tried again.
  [[nodiscard]] std::optional<std::string> append(std::string_view line);
  /// Drops the oldest lines over the limit. For the end: a failure changes nothing, and is not told.
  void trim() const noexcept;

 private:
  std::string path_;
};

}  // namespace p2psig
