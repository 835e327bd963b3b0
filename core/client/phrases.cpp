#include "core/client/phrases.hpp"

#include <algorithm>

#include "core/client/fields.hpp"
#include "core/text.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kShownBytes = 32;
constexpr std::size_t kShownLayers = 8;

std::string layer_in_words(std::string_view layer) {
  Phrases alternatives;
  while (!layer.empty()) {
    std::string_view rid = take_until(layer, ',');
    const bool paused = rid.starts_with('~');
    if (paused) rid.remove_prefix(1);
    alternatives.push_back(shown(rid) + (paused ? " (paused)" : ""));
  }
  return joined(folded(alternatives, kShownLayers), "/");
}

}  // namespace

std::string shown(std::string_view text) { return shortened(text, kShownBytes); }

std::string short_printable(std::string_view text, std::size_t columns) {
  constexpr std::size_t utf8_bytes_max = 4;
  return cut_to_width(printable(shortened(text, utf8_bytes_max * columns)), columns);
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

std::string joined(const Phrases& phrases, std::string_view separator) {
  std::string text;
  for (const std::string& phrase : phrases) {
    if (!text.empty()) text += separator;
    text += phrase;
  }
  return text;
}

Phrases folded(const Phrases& phrases, std::size_t max) {
  Phrases folded;
  auto next = phrases.begin();
  while (next != phrases.end() && folded.size() < max) {
    const auto end =
        std::find_if(next, phrases.end(), [next](const std::string& other) { return other != *next; });
    folded.push_back(end - next == 1 ? *next : *next + " (" + std::to_string(end - next) + " times)");
    next = end;
  }
  if (next != phrases.end()) folded.push_back("and " + std::to_string(phrases.end() - next) + " more");
  return folded;
}

std::string some_of(const Phrases& names, std::size_t max) { return joined(folded(names, max), " "); }

std::string layers_in_words(const std::vector<std::string>& layers) {
  Phrases words;
  for (const std::string& layer : layers) words.push_back(layer_in_words(layer));
  return some_of(words, kShownLayers);
}

}  // namespace p2psig
