#include "spec/encoding.h"

#include <limits>
#include <utility>

namespace tribunal::spec {
namespace {

using Numbers = std::vector<std::int64_t>;

class Writer {
 public:
  void put(std::int64_t number) { out_.push_back(number); }
  void put(std::uint64_t number) { out_.push_back(static_cast<std::int64_t>(number)); }
  void put(std::uint32_t number) { out_.push_back(number); }
  void put(bool flag) { out_.push_back(flag ? 1 : 0); }
  void put(Change::What what) { out_.push_back(static_cast<std::int64_t>(what)); }
  void put(const Stamp& stamp) { put_all(stamp.time, stamp.replica); }
  void put(const Change& change) {
    put_all(change.cell, change.what, change.value, change.observed);
  }
  void put(const Event& event) {
    put_all(event.stamp, event.transaction, event.arguments, event.past, event.changes);
  }
  void put(const Violation& violation) { put_all(violation.invariant, violation.witness); }
  template <class T>
  void put(const std::vector<T>& list) {
    put(std::uint64_t{list.size()});
    for (const T& item : list) put(item);
  }
  template <class... T>
  void put_all(const T&... parts) {
    (put(parts), ...);
  }
  Numbers numbers() && { return std::move(out_); }

 private:
  Numbers out_;
};

// The first error stays, and everything reads as 0 from then on.
class Reader {
 public:
  explicit Reader(std::span<const std::int64_t> numbers) : rest_(numbers) {}

  bool done() const { return ok_ && rest_.empty(); }

  void get(std::int64_t& number) {
    number = 0;
    if (rest_.empty()) ok_ = false;
    if (!ok_) return;
    number = rest_.front();
    rest_ = rest_.subspan(1);
  }
  void get(std::uint64_t& number) {
    std::int64_t bits = 0;
    get(bits);
    number = static_cast<std::uint64_t>(bits);
  }
  void get(std::uint32_t& number) {
    number = static_cast<std::uint32_t>(below(std::numeric_limits<std::uint32_t>::max()));
  }
  void get(bool& flag) { flag = below(1) == 1; }
  void get(Change::What& what) {
    what = static_cast<Change::What>(below(static_cast<std::int64_t>(Change::What::remove)));
  }
  void get(Stamp& stamp) { get_all(stamp.time, stamp.replica); }
  void get(Change& change) { get_all(change.cell, change.what, change.value, change.observed); }
  void get(Event& event) {
    get_all(event.stamp, event.transaction, event.arguments, event.past, event.changes);
  }
  void get(Violation& violation) { get_all(violation.invariant, violation.witness); }
  // Each item takes at least a number, so no more are made than were sent.
  template <class T>
  void get(std::vector<T>& list) {
    list.clear();
    std::uint64_t size = 0;
    get(size);
    if (size > rest_.size()) ok_ = false;
    for (std::uint64_t i = 0; ok_ && i < size; ++i) get(list.emplace_back());
  }
  template <class... T>
  void get_all(T&... parts) {
    (get(parts), ...);
  }

 private:
  std::int64_t below(std::int64_t most) {
    std::int64_t number = 0;
    get(number);
    if (number >= 0 && number <= most) return number;
    ok_ = false;
    return 0;
  }

  std::span<const std::int64_t> rest_;
  bool ok_ = true;
};

template <class T>
std::optional<T> if_done(const Reader& in, T& value) {
  return in.done() ? std::optional<T>(std::move(value)) : std::nullopt;
}

constexpr int outcome_bits = 8;

}  // namespace

Numbers encode(const Receipt& receipt) {
  Writer out;
  out.put_all(receipt.stamp, receipt.arguments, receipt.past);
  return std::move(out).numbers();
}

std::optional<Receipt> decode_receipt(std::span<const std::int64_t> numbers) {
  Reader in(numbers);
  Receipt receipt;
  in.get_all(receipt.stamp, receipt.arguments, receipt.past);
  return if_done(in, receipt);
}

Receipt receipt_of(const Event& event) { return {event.stamp, event.arguments, event.past}; }

std::int64_t encode(const Refusal& refusal) {
  return static_cast<std::int64_t>(refusal.outcome) | static_cast<std::int64_t>(refusal.invariant)
                                                          << outcome_bits;
}

std::optional<Refusal> decode_refusal(std::int64_t number) {
  const std::int64_t outcome = number & ((1 << outcome_bits) - 1);
  const std::int64_t invariant = number >> outcome_bits;
  if (outcome == 0 || outcome > static_cast<std::int64_t>(Outcome::exhausted)) return std::nullopt;
  if (invariant < 0 || invariant > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return Refusal{static_cast<Outcome>(outcome), static_cast<std::uint32_t>(invariant)};
}

Numbers encode(const Inspection& inspection) {
  Writer out;
  out.put_all(inspection.frontier, inspection.violated, inspection.overflowed, inspection.digest,
              inspection.full, inspection.events);
  return std::move(out).numbers();
}

std::optional<Inspection> decode_inspection(std::span<const std::int64_t> numbers) {
  Reader in(numbers);
  Inspection inspection;
  in.get_all(inspection.frontier, inspection.violated, inspection.overflowed, inspection.digest,
             inspection.full, inspection.events);
  return if_done(in, inspection);
}

}  // namespace tribunal::spec
