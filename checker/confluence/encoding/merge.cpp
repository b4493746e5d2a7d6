#include "checker/confluence/encoding/merge.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::encoding {

using spec::Cell;
using spec::Kind;

namespace {

class Merging {
 public:
  Merging(const Problem& problem, Merge& merge)
      : problem_(problem), b_(problem.builder()), merge_(merge) {}

  void cell(Cell cell) {
    const CellState& base = merge_.base.cells[cell];
    const CellState& left = merge_.left.cells[cell];
    const CellState& right = merge_.right.cells[cell];
    CellState& merged = merge_.merged.cells[cell];
    const Kind kind = problem_.layout().kind_of(cell);
    switch (kind) {
      case Kind::counter:
        merged.value = b_.subtract(b_.add(left.value, right.value), base.value);
        return;
      case Kind::max:
        merged.value = b_.ite(b_.less(left.value, right.value), right.value, left.value);
        return;
      case Kind::min:
        merged.value = b_.ite(b_.less(left.value, right.value), left.value, right.value);
        return;
      case Kind::gset:
        merged.added = grow(base.added, left.added, right.added);
        return;
      case Kind::tpset:
        merged.added = grow(base.added, left.added, right.added);
        merged.removed = grow(base.removed, left.removed, right.removed);
        return;
      case Kind::rwset:
        merged.added = grow(base.added, left.added, right.added);
        [[fallthrough]];
      case Kind::awset:
        merged.tags[0] = tags(cell, base.tags[0], left.tags[0], right.tags[0]);
        return;
      case Kind::lww:
        written(base, left, right, merged);
        return;
    }
  }

  // An element minted on both sides was minted once, in what they share.
  void used() {
    for (std::size_t sort = 0; sort < merge_.base.used.size(); ++sort) {
      for (std::size_t i = 0; i < merge_.base.used[sort].size(); ++i) {
        const Term& base = merge_.base.used[sort][i];
        const Term& left = merge_.left.used[sort][i];
        const Term& right = merge_.right.used[sort][i];
        merge_.merged.used[sort][i] = grow(base, left, right);
        merge_.facts.push_back(b_.implies(b_.and_(left, right), base));
      }
    }
  }

 private:
  Term grow(const Term& base, const Term& left, const Term& right) {
    merge_.facts.push_back(b_.implies(base, b_.and_(left, right)));
    return b_.or_(left, right);
  }

  // Of the tags in the base each side has kept some or none; of those kept by both, the merged
  // state may have kept none that is the same. Tags made since are safe from the other side.
  Term tags(Cell cell, const Term& base, const Term& left, const Term& right) {
    const auto bit = [&](const char* what) {
      return b_.boolean(fmt::format("merge.{}.{}", cell, what));
    };
    const Term left_kept = bit("left-kept");
    const Term right_kept = bit("right-kept");
    const Term both_kept = bit("both-kept");
    const Term left_new = bit("left-new");
    const Term right_new = bit("right-new");
    Terms& facts = merge_.facts;
    facts.push_back(b_.implies(b_.or_(left_kept, right_kept), base));
    facts.push_back(b_.implies(both_kept, b_.and_(left_kept, right_kept)));
    if (problem_.mutated(Mutation::one_tag)) {
      facts.push_back(b_.implies(b_.and_(left_kept, right_kept), both_kept));
      facts.push_back(b_.implies(base, b_.not_(b_.or_(left_new, right_new))));
    }
    facts.push_back(b_.equal(left, b_.or_(left_kept, left_new)));
    facts.push_back(b_.equal(right, b_.or_(right_kept, right_new)));
    return b_.or_(both_kept, b_.or_(left_new, right_new));
  }

  // Times name writes: equal times, equal values, and what both sides have is in the base.
  void written(const CellState& base, const CellState& left, const CellState& right,
               CellState& merged) {
    Terms& facts = merge_.facts;
    for (const CellState* side : {&left, &right}) {
      facts.push_back(b_.less_equal(base.time, side->time));
      facts.push_back(
          b_.implies(b_.equal(base.time, side->time), b_.equal(base.value, side->value)));
    }
    facts.push_back(b_.implies(b_.equal(left.time, right.time), b_.equal(left.time, base.time)));
    const Term later = b_.less(left.time, right.time);
    merged.value = b_.ite(later, right.value, left.value);
    merged.time = b_.ite(later, right.time, left.time);
  }

  const Problem& problem_;
  const Builder& b_;
  Merge& merge_;
};

}  // namespace

Merge any_merge(const Problem& problem, const States& states) {
  Terms facts;
  Symbolic base = states.any("base", facts);
  Symbolic left = states.any("left", facts);
  Symbolic right = states.any("right", facts);
  Merge merge{base, std::move(left), std::move(right), base, std::move(facts)};
  Merging merging(problem, merge);
  for (Cell cell = 0; cell < problem.layout().cells(); ++cell) merging.cell(cell);
  merging.used();
  return merge;
}

}  // namespace tribunal::checker::confluence::encoding
