#include "cmd/serve/log_writer.hpp"

#include <algorithm>
#include <utility>

#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

/// To hand a line to another thread costs more than to write it; people do not see the difference.
constexpr Milliseconds kGatherTime{10};

}  // namespace

void LogWriter::write(std::string_view line) {
  if (waiting_.size() + line.size() > limits::kLogBacklogBytes) {
    ++lost_;
    return;
  }
  waiting_ += line;
  if (!writing_ && !gathered_.started()) gathered_.start(kGatherTime, Milliseconds{0});
}

std::uint64_t LogWriter::take_lost() noexcept { return std::exchange(lost_, 0); }

void LogWriter::write_waiting() {
  if (done_ == current_.size()) {
    current_.clear();
    done_ = 0;
    std::swap(current_, waiting_);
  }
  if (current_.empty()) return;
  const uv_buf_t buffer =
      uv_buf_init(current_.data() + done_, static_cast<unsigned>(current_.size() - done_));
  request_.data = this;
  writing_ = uv_fs_write(loop_.raw(), &request_, fd_, &buffer, 1, -1, [](uv_fs_t* request) {
               auto* const writer = static_cast<LogWriter*>(request->data);
               const ssize_t result = request->result;
               uv_fs_req_cleanup(request);
               writer->written(result);
             }) == 0;
}

void LogWriter::written(ssize_t result) {
  writing_ = false;
  if (result >= 0) {
    done_ += static_cast<std::size_t>(result);
  } else {  // a full disk, a closed pipe: the lines are gone, later ones may fare better
    lost_ += static_cast<std::uint64_t>(
        std::count(current_.begin() + static_cast<std::ptrdiff_t>(done_), current_.end(), '\n'));
    done_ = current_.size();
  }
  if (done_ < current_.size())
    write_waiting();
  else if (!waiting_.empty())
    gathered_.start(kGatherTime, Milliseconds{0});
}

}  // namespace p2psig
