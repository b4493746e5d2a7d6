// The effects of one process that wait for a write to become durable, and which writes never will.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "sut/node.h"

namespace tribunal::cluster {

template <class P>
class HeldEffects {
 public:
  // Every write and sync, as it is issued.
  void issued(sut::WriteId id, bool kept) {
    assert(!last_ || id > *last_);
    if (!kept) {
      if (!failed_.empty() && last_ && failed_.back().last == *last_) {
        failed_.back().last = id;
      } else {
        failed_.push_back({id, id});
      }
    }
    last_ = id;
  }

  // True: the effect was put aside, or dropped because its write failed.
  template <class E>
  bool hold(E& effect, const std::optional<sut::WriteId>& after) {
    if (!after) return false;
    assert(last_ && *after <= *last_);  // a protocol cannot wait for what it has not asked for
    for (const Range& range : failed_) {
      if (range.first <= *after && *after <= range.last) return true;
    }
    if (acknowledged_ && *after <= *acknowledged_) return false;
    held_.push_back({*after, std::move(effect)});
    return true;
  }

  // Everything up to `through` is durable (or the disk says so): performs what waited, in order.
  template <class Perform>
  void release(sut::WriteId through, Perform&& perform) {
    acknowledged_ = through;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (held_[i].after <= through) {
        std::visit(perform, held_[i].effect);
      } else {
        if (kept != i) held_[kept] = std::move(held_[i]);
        ++kept;
      }
    }
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(kept), held_.end());
  }

  // The disk lost everything that it had not acknowledged: what waited for it is dropped.
  void lost() {
    held_.clear();
    if (!last_ || (acknowledged_ && *acknowledged_ == *last_)) return;
    const auto next = [](sut::WriteId id) {
      return sut::WriteId{static_cast<std::uint64_t>(id) + 1};
    };
    failed_.push_back({acknowledged_ ? next(*acknowledged_) : sut::WriteId{0}, *last_});
  }

  // The process died.
  void clear() { *this = HeldEffects(); }

 private:
  struct Held {
    sut::WriteId after{};
    std::variant<sut::Send<P>, sut::Respond> effect;
  };
  struct Range {
    sut::WriteId first{};
    sut::WriteId last{};
  };
  std::vector<Held> held_;
  std::vector<Range> failed_;  // ascending; one for each time the disk was full
  std::optional<sut::WriteId> last_;
  std::optional<sut::WriteId> acknowledged_;
};

}  // namespace tribunal::cluster
