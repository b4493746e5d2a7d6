#include "checker/confluence/recheck/related.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::recheck {

using spec::Kind;

namespace {

Field greater(Kind kind, const Field& a, const Field& b) {
  return [kind, a, b](const Formulas& at) {
    const Formula x = a(at);
    const Formula y = b(at);
    return choice(kind == Kind::max ? x < y : y < x, y, x);
  };
}

// The later of two writes; the first if they are one.
void take_later(const VariableState& a, const VariableState& b, VariableState& to) {
  const auto second = [ta = a.time, tb = b.time](const Formulas& at) { return ta(at) < tb(at); };
  to.value = [second, va = a.value, vb = b.value](const Formulas& at) {
    return choice(second(at), vb(at), va(at));
  };
  to.time = [second, ta = a.time, tb = b.time](const Formulas& at) {
    return choice(second(at), tb(at), ta(at));
  };
}

Field sum(const Field& a, const Field& b) {
  return [a, b](const Formulas& at) { return plus(a(at), b(at)); };
}

class Meet {
 public:
  explicit Meet(Logic& logic) : logic_(logic), related_(logic.truth(true)) {}

  Meeting make() {
    for (std::uint32_t v = 0; v < logic_.spec().variables.size(); ++v) variable(v);
    for (std::uint32_t sort = 0; sort < logic_.spec().sorts.size(); ++sort) used(sort);
    return {std::move(common_), std::move(left_), std::move(right_), std::move(merged_), related_};
  }

 private:
  void variable(std::uint32_t v) {
    const VariableState common = any_variable(logic_, v, "common");
    VariableState left = any_variable(logic_, v, "left");
    VariableState right = any_variable(logic_, v, "right");
    VariableState merged = common;
    const Kind kind = logic_.spec().variables[v].kind;
    switch (kind) {
      case Kind::counter:  // the unknowns are what each side added
        merged.value = sum(sum(common.value, left.value), right.value);
        left.value = sum(common.value, left.value);
        right.value = sum(common.value, right.value);
        break;
      case Kind::max:
      case Kind::min:  // merged as values; lowered, a side may even be less than what is common
        merged.value = greater(kind, left.value, right.value);
        break;
      case Kind::lww:
        registers(v, common, left, right, merged);
        break;
      case Kind::tpset:
        grow(common.removed, left.removed, right.removed, merged.removed);
        [[fallthrough]];
      case Kind::gset:
        grow(common.added, left.added, right.added, merged.added);
        break;
      case Kind::rwset:
        grow(common.added, left.added, right.added, merged.added);
        [[fallthrough]];
      case Kind::awset:
        return tags(v, common, left, right, merged);
    }
    push(common, left, right, merged);
  }

  void push(VariableState common, VariableState left, VariableState right, VariableState merged) {
    common_.variables.push_back(std::move(common));
    left_.variables.push_back(std::move(left));
    right_.variables.push_back(std::move(right));
    merged_.variables.push_back(std::move(merged));
  }

  static void grow(const Field& common, Field& left, Field& right, Field& merged) {
    left = either(common, left);
    right = either(common, right);
    merged = either(left, right);
  }

  // The unknowns are the last writes that only one side has, where they are later than the common
  // one. Two writes never have the same time.
  void registers(std::uint32_t v, const VariableState& common, VariableState& left,
                 VariableState& right, VariableState& merged) {
    const Field tc = common.time;
    const Field tl = left.time;
    const Field tr = right.time;
    take_later(common, VariableState(left), left);
    take_later(common, VariableState(right), right);
    take_later(left, right, merged);
    related_ =
        both(related_,
             logic_.for_all(logic_.spec().variables[v].indices, [&](const Formulas& at) -> Formula {
               return implied(tl(at) > tc(at) && tr(at) > tc(at), tl(at) != tr(at));
             }));
  }

  // Tags in what is common, by which sides still have them, and those that a side made since.
  void tags(std::uint32_t v, VariableState common, VariableState left, VariableState right,
            VariableState merged) {
    const auto part = [&](const char* name) { return any_variable(logic_, v, name).tags[0]; };
    const Tags kept = part("kept");
    const Tags kept_left = part("kept-left");
    const Tags kept_right = part("kept-right");
    const Tags undone = part("undone");
    const Tags of_left = part("of-left");
    const Tags of_right = part("of-right");
    common.tags = {kept, kept_left, kept_right, undone};
    left.tags = {kept, kept_left, of_left};
    right.tags = {kept, kept_right, of_right};
    merged.tags = {kept, of_left, of_right};
    push(std::move(common), std::move(left), std::move(right), std::move(merged));
  }

  // Nothing is minted twice: what both sides minted, they have in common.
  void used(std::uint32_t sort) {
    const Field common = any_used(logic_, sort, "common");
    Field left = any_used(logic_, sort, "left");
    Field right = any_used(logic_, sort, "right");
    related_ =
        both(related_, logic_.for_all({{spec::Type::Base::sort, sort}}, [&](const Formulas& at) {
          return either(common(at), negation(both(left(at), right(at))));
        }));
    Field merged = common;
    grow(common, left, right, merged);
    common_.used.push_back(common);
    left_.used.push_back(left);
    right_.used.push_back(right);
    merged_.used.push_back(merged);
  }

  Logic& logic_;
  State common_, left_, right_, merged_;
  Formula related_;
};

class Look {
 public:
  Look(Logic& logic, std::uint32_t past)
      : logic_(logic), past_(past), related_(logic.truth(true)) {}

  History make() {
    for (std::uint32_t v = 0; v < logic_.spec().variables.size(); ++v) variable(v);
    for (std::uint32_t sort = 0; sort < logic_.spec().sorts.size(); ++sort) {
      Field used = any_used(logic_, sort, "now");
      for (std::uint32_t i = 0; i < past_.size(); ++i) {
        past_[i].used.push_back(any_used(logic_, sort, name(i)));
        used = either(past_[i].used.back(), used);
      }
      now_.used.push_back(std::move(used));
    }
    return {std::move(now_), std::move(past_), related_};
  }

 private:
  static std::string name(std::uint32_t i) { return fmt::format("past{}", i); }

  void variable(std::uint32_t v) {
    VariableState now = any_variable(logic_, v, "now");
    std::vector<VariableState> past;
    for (std::uint32_t i = 0; i < past_.size(); ++i)
      past.push_back(any_variable(logic_, v, name(i)));
    const Kind kind = logic_.spec().variables[v].kind;
    if (kind == Kind::awset || kind == Kind::rwset) tags(v, now, past);
    if (kind == Kind::lww) registers(v, now, past);
    for (const VariableState& p : past) {
      if (kind == Kind::max || kind == Kind::min) now.value = greater(kind, p.value, now.value);
      if (p.added) now.added = either(p.added, now.added);
      if (p.removed) now.removed = either(p.removed, now.removed);
    }
    for (std::uint32_t i = 0; i < past_.size(); ++i) {
      past_[i].variables.push_back(std::move(past[i]));
    }
    now_.variables.push_back(std::move(now));
  }

  // The last write of all is that of a past state or a later one. Writes of the same time are one.
  void registers(std::uint32_t v, VariableState& now, const std::vector<VariableState>& past) {
    VariableState latest = past[0];
    for (std::size_t i = 1; i < past.size(); ++i) {
      const auto& a = past[0];
      const auto& b = past[i];
      related_ = both(
          related_, logic_.for_all(logic_.spec().variables[v].indices, [&](const Formulas& at) {
            return implied(same(a.time(at), b.time(at)), same(a.value(at), b.value(at)));
          }));
      take_later(VariableState(latest), b, latest);
    }
    take_later(latest, VariableState(now), now);
  }

  // One part for each set of past states that have seen the tag. What lives now and a past state
  // has seen, lived there as well; besides, it had tags that were undone since.
  void tags(std::uint32_t v, VariableState& now, std::vector<VariableState>& past) {
    now.tags.clear();
    for (Observers seen_by = 0; seen_by < (Observers{1} << past.size()); ++seen_by) {
      Tags part = any_variable(logic_, v, fmt::format("seen-by-{}", seen_by)).tags[0];
      part.seen_by = seen_by;
      now.tags.push_back(part);
      for (std::uint32_t i = 0; i < past.size(); ++i) {
        if ((seen_by >> i & 1U) != 0) past[i].tags.push_back({part.live, everybody});
      }
    }
  }

  Logic& logic_;
  State now_;
  std::vector<State> past_;
  Formula related_;
};

}  // namespace

Meeting any_meeting(Logic& logic) { return Meet(logic).make(); }

History any_history(Logic& logic, std::uint32_t past) { return Look(logic, past).make(); }

}  // namespace tribunal::checker::confluence::recheck
