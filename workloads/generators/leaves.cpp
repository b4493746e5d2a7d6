// Generators without a child: they make operations.
#include "workloads/generators/node.h"

namespace tribunal::workloads {

Emitted emit(const View& view, const Template& what, std::uint64_t ordinal, Generator next) {
  assert(!view.free.empty());
  const Thread thread = view.free[view.draw("process"_site, ordinal, view.free.size())];
  return {{view.now, view.process(thread), what.f, what.value, what.key, what.has_key},
          std::move(next)};
}

namespace {

class Once final : public Node {
 public:
  explicit Once(Template what) : what_(std::move(what)) {}
  Step op(const View& view) const override {
    if (view.free.empty()) return Pending{std::make_shared<Once>(what_)};
    return emit(view, what_, 0, nullptr);
  }

 private:
  Template what_;
};

// For ever what a function makes of the ordinal; `repeat` is the constant function.
class Each final : public Node {
 public:
  using Make = std::function<Template(std::uint64_t)>;
  explicit Each(std::shared_ptr<const Make> make, std::uint64_t ordinal = 0)
      : make_(std::move(make)), ordinal_(ordinal) {}

  Step op(const View& view) const override {
    if (view.free.empty()) return Pending{std::make_shared<Each>(make_, ordinal_)};
    return emit(view, (*make_)(ordinal_), ordinal_, std::make_shared<Each>(make_, ordinal_ + 1));
  }

 private:
  std::shared_ptr<const Make> make_;
  std::uint64_t ordinal_;
};

// Starts to wait when it is first asked.
class Sleep final : public Node {
 public:
  explicit Sleep(Time until) : until_(until) {}
  Step op(const View& view) const override {
    if (view.now >= until_) return Exhausted{};
    return Pending{std::make_shared<Sleep>(until_)};
  }

 private:
  Time until_;
};

class SleepLater final : public Node {
 public:
  explicit SleepLater(Duration length) : length_(length) {}
  Step op(const View& view) const override {
    if (length_ <= Duration::zero()) return Exhausted{};
    return Pending{std::make_shared<Sleep>(view.now + length_)};
  }

 private:
  Duration length_;
};

}  // namespace

Generator once(Template op) { return std::make_shared<Once>(std::move(op)); }

Generator each(std::function<Template(std::uint64_t ordinal)> make) {
  return std::make_shared<Each>(std::make_shared<const Each::Make>(std::move(make)));
}

Generator repeat(Template op) {
  return each([op = std::move(op)](std::uint64_t) { return op; });
}

Generator sleep(Duration length) { return std::make_shared<SleepLater>(length); }

}  // namespace tribunal::workloads
