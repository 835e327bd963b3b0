#include "cmd/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "cmd/failure.hpp"
#include "cmd/net/descriptor.hpp"

namespace p2psig {
namespace {

Failure cannot_read(const std::string& name, const std::string& what, const std::string& why) {
  return {exit_code::kUsage, "cannot read " + what + " from " + name + ": " + why};
}

}  // namespace

std::string read_file(const std::string& name, const std::string& what, std::size_t bytes_max) {
  const Descriptor file(open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) throw cannot_read(name, what, std::generic_category().message(errno));
  std::string text;
  std::array<char, 16'384> part{};
  for (;;) {
    const ssize_t got = read(file.get(), part.data(), part.size());
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw cannot_read(name, what, std::generic_category().message(errno));
    text.append(part.data(), static_cast<std::size_t>(got));
    if (text.size() > bytes_max)
      throw cannot_read(name, what, "it is larger than " + std::to_string(bytes_max) + " bytes");
  }
}

}  // namespace p2psig
