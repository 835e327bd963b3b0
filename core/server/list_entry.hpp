#pragma once

namespace p2psig {

/// A place in a circular list; the head of a list is one too. Whoever wants to be in a list derives from it,
/// so that joining and leaving cost no memory and no search. Leaves when it is destroyed. Thread: one.
class ListEntry {
 public:
  ListEntry() noexcept = default;
  ~ListEntry() { unlink(); }
  ListEntry(const ListEntry&) = delete;
  ListEntry& operator=(const ListEntry&) = delete;

  /// Whether there is any other entry in its list.
  [[nodiscard]] bool linked() const noexcept { return next_ != this; }
  [[nodiscard]] ListEntry& next() const noexcept { return *next_; }

  /// Goes, out of any list, to the place before `other`: where that is a head, to the end of its list.
  void insert_before(ListEntry& other) noexcept {
    unlink();
    previous_ = other.previous_;
    next_ = &other;
    previous_->next_ = other.previous_ = this;
  }
  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 private:
  ListEntry* previous_ = this;
  ListEntry* next_ = this;
};

}  // namespace p2psig
