#include "cmd/terminal/editor/history_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cmd/environment.hpp"
#include "cmd/terminal/line_editor.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

/// The file, opened; -1 within if it cannot be, or is none.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags)
      : fd_(open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600)) {
    if (fd_ >= 0 && fstat(fd_, &status_) == 0) return;
    status_ = {};
  }
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] bool opened() const noexcept { return fd_ >= 0; }
  [[nodiscard]] bool is_regular() const noexcept { return S_ISREG(status_.st_mode); }
  [[nodiscard]] bool is_device() const noexcept { return S_ISCHR(status_.st_mode); }
  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// Until this is gone, no other process changes the file. False if another one has replaced it meanwhile.
  [[nodiscard]] bool lock(const std::string& path) noexcept {
    while (flock(fd_, LOCK_EX) != 0)
      if (errno != EINTR) return true;  // no locks on this file system
    struct stat named {};
    return fstat(fd_, &status_) == 0 && stat(path.c_str(), &named) == 0 && named.st_ino == status_.st_ino &&
           named.st_dev == status_.st_dev;
  }
  [[nodiscard]] off_t size() const noexcept { return status_.st_size; }

 private:
  int fd_;
  struct stat status_ {};
};

bool write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t bytes = write(fd, text.data(), text.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(bytes));
  }
  return true;
}

/// The file's last bytes, as many as are kept; whole lines.
std::string read_end(const OpenFile& file) {
  std::string text;
  const auto most = static_cast<off_t>(limits::kHistoryBytes);
  off_t at = std::max<off_t>(file.size() - most, 0);
  const bool cut = at > 0;
  std::array<char, 65536> buffer{};
  while (text.size() < limits::kHistoryBytes) {
    const ssize_t bytes = pread(file.fd(), buffer.data(), buffer.size(), at);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
    at += bytes;
  }
  if (cut) text.erase(0, text.find('\n') + 1);
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.size() > limits::kHistoryLines)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(limits::kHistoryLines));
  return lines;
}

std::string escaped(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (c == '\n' || c == '\\') out += '\\';
    out += c == '\n' ? 'n' : c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    out += escape && text[i] == 'n' ? '\n' : text[i];
  }
  return out;
}

/// The folders that a file of this name needs.
void make_folders(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder)) return;
  make_folders(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    throw std::system_error(errno, std::generic_category());
}

/// Throws system_error.
void append_entry(const std::string& path, const std::string& entry) {
  make_folders(std::filesystem::path(path).parent_path());
  for (;;) {
    OpenFile file(path, O_WRONLY | O_APPEND | O_CREAT);
    if (!file.opened()) throw std::system_error(errno, std::generic_category());
    if (!file.is_regular() && !file.is_device()) return;
    if (!file.lock(path)) continue;
    if (file.is_regular()) fchmod(file.fd(), 0600);
    if (write_all(file.fd(), entry)) return;
    const int error = errno;
    // Half an entry would become one with the next.
    [[maybe_unused]] const int cut = ftruncate(file.fd(), file.size());
    throw std::system_error(error, std::generic_category());
  }
}

std::string kept(const std::vector<std::string_view>& lines) {
  std::string text;
  for (const std::string_view line : lines) text.append(line).append("\n");
  return text;
}

}  // namespace

std::string history_file_from_environment() {
  if (const char* const chosen = std::getenv("P2PSIG_HISTFILE"); chosen != nullptr) return chosen;
  // The XDG Base Directory Specification: a path that is not absolute is to be ignored.
  if (const std::string state = variable("XDG_STATE_HOME"); state.starts_with('/'))
    return state + "/p2psig/history";
  const std::string home = variable("HOME");
  return home.starts_with('/') ? home + "/.local/state/p2psig/history" : "";
}

std::vector<std::string> HistoryFile::load() const {
  std::vector<std::string> entries;
  if (path_.empty()) return entries;
  const OpenFile file(path_, O_RDONLY);
  if (!file.is_regular()) return entries;
  const std::string text = read_end(file);
  for (const std::string_view line : lines_of(text)) entries.push_back(unescaped(line));
  return entries;
}

std::optional<std::string> HistoryFile::append(std::string_view line) {
  const std::string entry = escaped(line) + '\n';
  if (path_.empty() || entry.size() > limits::kHistoryBytes) return std::nullopt;
  try {
    append_entry(path_, entry);
    return std::nullopt;
  } catch (const std::system_error& error) {
    return "cannot remember lines in " + std::exchange(path_, {}) + ": " + error.code().message();
  }
}

void HistoryFile::trim() const noexcept try {
  if (path_.empty()) return;
  OpenFile file(path_, O_RDONLY);
  if (!file.is_regular() || !file.lock(path_)) return;
  const std::string text = read_end(file);
  const std::string rest = kept(lines_of(text));
  if (static_cast<off_t>(rest.size()) >= file.size()) return;
  const std::string replacement = std::filesystem::canonical(path_).string() + ".new";
  {
    const OpenFile made(replacement, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!made.is_regular()) return;
    if (!write_all(made.fd(), rest)) {
      unlink(replacement.c_str());
      return;
    }
  }
  rename(replacement.c_str(), std::filesystem::canonical(path_).c_str());
} catch (const std::exception&) {
  // as it was
  return;
}

}  // namespace p2psig
