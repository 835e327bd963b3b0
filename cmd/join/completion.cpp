#include "cmd/join/completion.hpp"

#include <algorithm>

#include "core/client/commands.hpp"

namespace p2psig {
namespace {

/// The words in front of the cursor; the last one is the one to complete.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = std::min(line.find(' ', start), line.size());
    if (end == line.size()) {
      words.push_back(line.substr(start));
      return words;
    }
    if (end != start) words.push_back(line.substr(start, end - start));
    start = end + 1;
  }
}

std::vector<std::string> peer_words(const RoomView& view) {
  const std::vector<std::string> recent(view.peers().rbegin(), view.peers().rend());
  std::vector<std::string> words;
  words.reserve(2 * recent.size());
  for (const std::string& peer : recent) words.push_back(view.alias(peer));
  for (const std::string& peer : recent) words.push_back(view.short_id(peer));
  return words;
}

}  // namespace

Completion complete_line(std::string_view line, std::size_t cursor, const RoomView& view,
                         const std::vector<std::string>* rooms) {
  const auto words = words_of(line.substr(0, cursor));
  const std::string_view word = words.back();
  Completion completion;
  completion.start = cursor - word.size();
  if (words.size() == 1) {
    if (word.empty() || word[0] == '/') completion.candidates = command_words();
    return completion;
  }
  const std::size_t argument = words.size() - 2;
  if (takes_peer(words[0], argument)) {
    completion.candidates = peer_words(view);
  } else if (takes_room(words[0], argument)) {
    completion.later = rooms == nullptr;
    if (rooms != nullptr) completion.candidates = *rooms;
  } else if (takes_file(words[0], argument)) {
    completion.file_names = true;
  } else if (word.starts_with('@')) {
    ++completion.start;
    completion.file_names = true;
  }
  return completion;
}

}  // namespace p2psig
