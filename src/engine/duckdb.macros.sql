-- What differs between SQL engines, and nothing else: a port to another engine rewrites this file only.

-- Exact decimals. An amount (money, hours, quantity) is DECIMAL(38,24) everywhere.
create macro amount(x) as cast(x as decimal(38, 24));

-- The integer count of 10^-24 units in an amount, for exact spreading without division of decimals.
create macro amount_units(x) as cast(replace(cast(amount(x) as varchar), '.', '') as hugeint);
create macro units_amount(u) as cast(cast(u as decimal(38, 0)) * cast('0.000000000000000000000001' as decimal(24, 24)) as decimal(38, 24));

-- Integer division, rounding towards zero.
create macro integer_quotient(a, b) as a // b;

-- Whole seconds since 1970-01-01T00:00:00Z.
create macro epoch_at(t) as cast(floor(epoch(cast(t as timestamptz))) as bigint);
create macro day_at(d) as cast(date_diff('day', date '1970-01-01', d) as bigint) * 86400;
create macro day_of(at) as cast(date '1970-01-01' + cast((at // 86400) as integer) as date);

-- One row per day of a range, both ends included: unnest(days_between(a, b)).
create macro days_between(first_day, last_day) as
  cast(range(cast(first_day as timestamp), cast(last_day as timestamp) + interval 1 day, interval 1 day) as date[]);

-- Resource ids are compared lower-cased, by code point, whatever the locale.
create macro arm_id(id) as lower(id);
