#pragma once

#include <cstddef>
#include <cstdint>

#include "core/server/list_entry.hpp"

namespace p2psig {

/// All sessions that are open, in the order of their arrival. Thread: the worker's. Outlives its entries.
class Registry {
 public:
  /// What a session is in it.
  class Entry : public ListEntry {};

  void add(Entry& entry) noexcept {
    entry.insert_before(head_);
    ++size_;
    ++version_;
  }
  /// Nothing if it is not there.
  void remove(Entry& entry) noexcept {
    if (!entry.linked()) return;
    entry.unlink();
    --size_;
    ++version_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// To be asked only where there is one.
  [[nodiscard]] Entry& oldest() const noexcept { return static_cast<Entry&>(head_.next()); }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (ListEntry* entry = &head_.next(); entry != &head_; entry = &entry->next())
      visit(static_cast<Entry&>(*entry));
  }
  /// Changes whenever the list does.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  ListEntry head_;
  std::size_t size_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace p2psig
