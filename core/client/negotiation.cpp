#include "core/client/negotiation.hpp"

#include <list>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/client/departures.hpp"
#include "core/client/negotiation_pair.hpp"
#include "core/client/standing_offer.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {

using Kind = Signal::Kind;
using CandidateFit = NegotiationPair::CandidateFit;

class Negotiations::State {
 public:
  explicit State(std::function<void(const Finding&)> report) : report_(std::move(report)) {}

  void message(Milliseconds now, std::uint64_t number, const std::string& from,
               const std::vector<std::string>& to, const Signal& signal);
  void undeliverable(Milliseconds now, std::uint64_t number, const std::string& from, const std::string& to,
                     Kind kind);
  void joined(const std::string& peer) { departures_.is_here(peer); }
  void were_there(const std::vector<std::string>& peers) {
    for (const std::string& peer : peers) joined(peer);
    before_us_ = {peers.begin(), peers.end()};
  }
  void forget_pairs();
  void missed();
  void forget();
  void left(Milliseconds now, const std::string& peer);
  void tick(Milliseconds now);
  [[nodiscard]] std::optional<Milliseconds> next_tick() const;

 private:
  struct Entry;
  using Entries = std::list<Entry>;  // the one that has been silent for longest first
  using Timers = std::multimap<Milliseconds, Entries::iterator>;
  using Key = std::pair<std::string, std::string>;

  struct Entry {
    Entry(Key its_key, std::size_t& total) : key(std::move(its_key)), pair(key.first, key.second, total) {}

    Key key;
    NegotiationPair pair;
    std::optional<Timers::iterator> timer;
  };

  /// A message, and which of those that it went to can have got it.
  struct Post {
    Milliseconds now;
    std::uint64_t number;
    const std::string& from;
    std::vector<std::string> to;
    const Signal& signal;
  };

  static Key key_of(const std::string& one, const std::string& other) {
    return one < other ? Key(one, other) : Key(other, one);
  }

  void offer(const Post& post);
  void answer(const Post& post);
  void candidate(const Post& post);
  template <class Action>
  void each_pair(const Post& post, Action&& action);

  /// For what has no beginning that was seen.
  [[nodiscard]] std::function<void(const Finding&)> report_about(const std::string& one,
                                                                 const std::string& other) const {
    if (find(one, other) || !before_us_.contains(one) || !before_us_.contains(other)) return report_;
    return [this](Finding finding) {
      finding.detail += " (unless that was before this join looked: both were there already)";
      report_(finding);
    };
  }
  [[nodiscard]] std::optional<Entries::iterator> find(const std::string& one, const std::string& other) const;
  /// Makes the pair if there is none.
  Entries::iterator at(const std::string& one, const std::string& other);
  /// Something has happened to the pair: afterwards it need not exist.
  void touched(Entries::iterator entry);
  void set_timer(Entries::iterator entry);
  void erase(Entries::iterator entry);

  std::function<void(const Finding&)> report_;
  std::size_t bytes_ = 0;  // outlives who counts in it
  Entries entries_;
  std::map<Key, Entries::iterator> by_key_;
  Timers timers_;
  bool forgot_some_ = false;
  std::unordered_set<std::string> before_us_;  // as many as are in a room
  Departures departures_;
};

void Negotiations::State::message(Milliseconds now, std::uint64_t number, const std::string& from,
                                  const std::vector<std::string>& to, const Signal& signal) {
  tick(now);
  departures_.is_here(from);
  Post post{now, number, from, {}, signal};
  for (const std::string& peer : to) {
    if (signal.kind == Kind::offer) departures_.forget_refusal(from, peer);
    if (peer != from && !departures_.time_of(peer) && !departures_.is_refused(from, peer))
      post.to.push_back(peer);
  }
  if (post.to.empty()) return;
  switch (signal.kind) {
    case Kind::offer:
      return offer(post);
    case Kind::answer:
    case Kind::pranswer:
      return answer(post);
    case Kind::candidate:
      return candidate(post);
    case Kind::end_of_candidates:
      return each_pair(post, [&](auto& pair) { pair.end_of_candidates(now, from, signal, report_); });
    case Kind::rollback:
      return each_pair(post, [&](auto& pair) { pair.rollback(now, from); });
    case Kind::bye:
      return each_pair(post, [&](auto& pair) { pair.bye(from); });
    case Kind::other:
      return;
  }
}

void Negotiations::State::offer(const Post& post) {
  const Introduction introduction(post.number, post.signal);
  const auto offer =
      std::make_shared<StandingOffer>(post.now, post.number, post.to.size(), post.signal.description, bytes_);
  for (const std::string& peer : post.to) {
    const auto entry = at(post.from, peer);
    entry->pair.offer(post.now, post.from, introduction, offer);
    touched(entry);
  }
}

void Negotiations::State::answer(const Post& post) {
  const Introduction introduction(post.number, post.signal);
  bool is_stray = true;
  for (const std::string& peer : post.to) {
    const auto entry = find(post.from, peer);
    if (!entry || !(*entry)->pair.awaits_answer_of(post.from)) continue;
    is_stray = false;
    (*entry)->pair.answer(post.now, post.from, introduction, post.signal, report_);
    touched(*entry);
  }
  if (!is_stray) return;
  const std::string& peer = post.to.front();
  if (forgot_some_ && !find(post.from, peer)) return;
  const auto report = report_about(post.from, peer);
  const auto entry = at(post.from, peer);
  entry->pair.stray_answer(post.number, post.from, report);
  touched(entry);
}

void Negotiations::State::candidate(const Post& post) {
  const std::string* peer = &post.to.front();
  auto best = CandidateFit::early;
  for (const std::string& each : post.to) {
    const auto entry = find(post.from, each);
    const auto fit = entry ? (*entry)->pair.fit(post.from, post.signal) : CandidateFit::early;
    if (fit == CandidateFit::good) {
      (*entry)->pair.candidate(post.now, post.number, post.from, post.signal, report_);
      touched(*entry);
    }
    if (fit > best) {
      best = fit;
      peer = &each;
    }
  }
  if (best == CandidateFit::good || (forgot_some_ && !find(post.from, *peer))) return;
  const auto report = report_about(post.from, *peer);
  const auto entry = at(post.from, *peer);
  entry->pair.candidate(post.now, post.number, post.from, post.signal, report);
  touched(entry);
}

template <class Action>
void Negotiations::State::each_pair(const Post& post, Action&& action) {
  for (const std::string& peer : post.to) {
    const auto entry = find(post.from, peer);
    if (!entry) continue;
    action((*entry)->pair);
    touched(*entry);
  }
}

void Negotiations::State::undeliverable(Milliseconds now, std::uint64_t number, const std::string& from,
                                        const std::string& to, Kind kind) {
  tick(now);
  if (const auto entry = find(from, to)) erase(*entry);
  if (kind == Kind::offer) departures_.forget_refusal(from, to);
  if (!departures_.refuse(from, to)) return;
  std::string detail = "message #" + std::to_string(number) + " of {from} did not reach {to}, ";
  if (const auto time = departures_.time_of(to)) {
    const auto ago = std::chrono::duration_cast<std::chrono::seconds>(now - *time).count();
    detail += "who left " + (ago == 0 ? "just now" : std::to_string(ago) + " s ago") +
              ": stop sending to a peer on peer-left";
  } else {
    detail += "who never was in this room: take ids from room-peers and peer-joined";
  }
  report_({FindingCode::undeliverable, from, to, {number}, std::move(detail)});
}

void Negotiations::State::left(Milliseconds now, const std::string& peer) {
  tick(now);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->pair.has(peer)) {
      entry->pair.left(peer, report_);
      erase(entry);
    }
    entry = next;
  }
  before_us_.erase(peer);
  departures_.left(now, peer);
}

void Negotiations::State::forget_pairs() {
  timers_.clear();
  by_key_.clear();
  entries_.clear();
}

void Negotiations::State::missed() {
  forget_pairs();
  forgot_some_ = true;
}

void Negotiations::State::forget() {
  forget_pairs();
  forgot_some_ = false;
  before_us_.clear();
  departures_ = Departures();
}

void Negotiations::State::tick(Milliseconds now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto entry = timers_.begin()->second;
    entry->pair.advance(now, report_);
    set_timer(entry);
  }
}

std::optional<Milliseconds> Negotiations::State::next_tick() const {
  return timers_.empty() ? std::nullopt : std::optional(timers_.begin()->first);
}

auto Negotiations::State::find(const std::string& one, const std::string& other) const
    -> std::optional<Entries::iterator> {
  const auto found = by_key_.find(key_of(one, other));
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

auto Negotiations::State::at(const std::string& one, const std::string& other) -> Entries::iterator {
  if (const auto found = find(one, other)) return *found;
  const Key key = key_of(one, other);
  entries_.emplace_back(key, bytes_);
  return by_key_[key] = std::prev(entries_.end());
}

void Negotiations::State::touched(Entries::iterator entry) {
  entries_.splice(entries_.end(), entries_, entry);
  set_timer(entry);
  while (entries_.size() > limits::kNegotiationPairs || bytes_ > limits::kNegotiationBytes) {
    if (entries_.size() == 1) return;
    erase(entries_.begin());
    forgot_some_ = true;
  }
}

void Negotiations::State::set_timer(Entries::iterator entry) {
  const auto deadline = entry->pair.deadline();
  if (entry->timer) {
    if (deadline == (*entry->timer)->first) return;
    timers_.erase(*entry->timer);
  }
  entry->timer = deadline ? std::optional(timers_.emplace(*deadline, entry)) : std::nullopt;
}

void Negotiations::State::erase(Entries::iterator entry) {
  if (entry->timer) timers_.erase(*entry->timer);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

Negotiations::Negotiations(std::function<void(const Finding&)> report)
    : state_(std::make_unique<State>(std::move(report))) {}
Negotiations::~Negotiations() = default;

void Negotiations::message(Milliseconds now, std::uint64_t number, const std::string& from,
                           const std::vector<std::string>& to, const Signal& signal) {
  state_->message(now, number, from, to, signal);
}

void Negotiations::undeliverable(Milliseconds now, std::uint64_t number, const std::string& from,
                                 const std::string& to, Signal::Kind kind) {
  state_->undeliverable(now, number, from, to, kind);
}

void Negotiations::joined(Milliseconds now, const std::string& peer) {
  state_->tick(now);
  state_->joined(peer);
}

void Negotiations::were_there(Milliseconds now, const std::vector<std::string>& peers) {
  state_->tick(now);
  state_->were_there(peers);
}

void Negotiations::left(Milliseconds now, const std::string& peer) { state_->left(now, peer); }

void Negotiations::missed() { state_->missed(); }

void Negotiations::forget() { state_->forget(); }

void Negotiations::tick(Milliseconds now) { state_->tick(now); }

std::optional<Milliseconds> Negotiations::next_tick() const { return state_->next_tick(); }

}  // namespace p2psig
