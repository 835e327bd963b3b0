#include "cmd/join/record.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "cmd/failure.hpp"

namespace p2psig {
namespace {

Descriptor open_record(const std::string& name) {
  constexpr mode_t owner_only = 0600;
  Descriptor file(open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only));
  if (!file.valid())
    throw Failure(exit_code::kOutput,
                  "cannot write a record to " + name + ": " + std::generic_category().message(errno));
  struct stat status {};
  if (fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode)) fchmod(file.get(), owner_only);
  return file;
}

}  // namespace

Record::Record(EventLoop& loop, const std::string& name, std::function<void(int)> failed)
    : file_(open_record(name)), output_(loop, file_.get(), std::move(failed)) {}

}  // namespace p2psig
