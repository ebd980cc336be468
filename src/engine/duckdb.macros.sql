-- What differs between SQL engines, and nothing else: a port to another engine rewrites this file only.

-- Exact decimals. An amount (money, hours, quantity) is DECIMAL(38,24) everywhere.
create macro amount(x) as cast(x as decimal(38, 24));

-- The integer count of 10^-24 units in an amount, for exact spreading without division of decimals.
create macro amount_units(x) as cast(replace(cast(amount(x) as varchar), '.', '') as hugeint);
create macro units_amount(u) as cast(cast(u as decimal(38, 0)) * cast('0.000000000000000000000001' as decimal(24, 24)) as decimal(38, 24));

-- A whole number of up to 38 digits, for multiplying before a division.
create macro wide_whole(n) as cast(n as hugeint);

-- Integer division, rounding towards zero.
create macro integer_quotient(a, b) as a // b;

-- Whole seconds since 1970-01-01T00:00:00Z.
create macro epoch_at(t) as cast(floor(epoch(cast(t as timestamptz))) as bigint);
create macro day_at(d) as cast(date_diff('day', date '1970-01-01', d) as bigint) * 86400;
create macro day_of(seconds) as cast(date '1970-01-01' + cast((seconds // 86400) as integer) as date);

-- One row per day of a range, both ends included: unnest(days_between(a, b)).
create macro days_between(first_day, last_day) as
  cast(range(cast(first_day as timestamp), cast(last_day as timestamp) + interval 1 day, interval 1 day) as date[]);

-- Resource ids are compared lower-cased, by code point, whatever the locale.
create macro arm_id(id) as lower(id);

-- What kind of machine an ARM id names, from its shape (lower-cased ids); NULL when it names no machine.
create macro machine_kind(id) as case
  when id like '/subscriptions/%/providers/microsoft.compute/virtualmachines/%'
   and id not like '/subscriptions/%/providers/microsoft.compute/virtualmachines/%/%' then 'azure-vm'
  when id like '/subscriptions/%/providers/microsoft.compute/virtualmachinescalesets/%/virtualmachines/%' then 'scale-set-instance'
  when id like '/subscriptions/%/providers/microsoft.compute/virtualmachinescalesets/%'
   and id not like '/subscriptions/%/providers/microsoft.compute/virtualmachinescalesets/%/%' then 'scale-set-instance'
  when id like '/subscriptions/%/providers/microsoft.hybridcompute/machines/%'
   and id not like '/subscriptions/%/providers/microsoft.hybridcompute/machines/%/%' then 'arc'
end;

-- The Defender for Endpoint device that a charge of direct onboarding names:
-- /subscriptions/…/providers/microsoft.security/mdeservers/<name>_<device id>; NULL for any other id.
create macro direct_onboarding_device(id) as case
  when id like '/subscriptions/%/providers/microsoft.security/mdeservers/%' then nullif(regexp_extract(id, '_([^_/]+)$', 1), '') end;

-- Parts of an ARM id: the subscription GUID, the resource group, the last name.
create macro id_subscription(id) as nullif(regexp_extract(id, '^/subscriptions/([^/]+)', 1), '');
create macro id_resource_group(id) as nullif(regexp_extract(id, '(?i)/resourcegroups/([^/]+)', 1), '');
create macro id_name(id) as nullif(regexp_extract(id, '([^/]+)$', 1), '');

-- Value of a tag in a JSON object text; tag names are compared without case (tags are case-insensitive in Azure). The
-- expression is the same for every tag: one made of the tag's name would be compiled anew for every row.
create macro tag_pairs(tags, part) as regexp_extract_all(tags, '"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"', part);
create macro tag_value(tags, tag) as json_extract_string(
  '["' || nullif(tag_pairs(tags, 2)[list_position(tag_pairs(lower(tags), 1), lower(tag))], '') || '"]', '$[0]');

-- The day after a UTC day.
create macro next_day(d) as cast(d + 1 as date);

-- Hours of whole seconds, truncated at the 24th decimal. 10^24 is 3600 times 277777777777777777777 and 2800 over, so that
-- the division is one of 64 bits: this engine divides 128 bits bit by bit, which takes ten times as long as all of this.
create macro hours_of_seconds(s) as cast(
  cast(s as decimal(14, 0)) * cast('0.000277777777777777777777' as decimal(24, 24))
  + cast(integer_quotient(cast(s as bigint) * 7, 9) as decimal(14, 0)) * cast('0.000000000000000000000001' as decimal(24, 24)) as decimal(38, 24));

-- Quotient of two amounts to twelve decimals, both taken to twelve decimals first (so that amounts up to 10^14 do not
-- overflow); NULL when the divisor is unknown or zero.
create macro amount_ratio(a, b) as case
  when a is null or b is null or integer_quotient(amount_units(b), cast(1000000000000 as hugeint)) = 0 then cast(null as decimal(38, 24))
  else units_amount(cast(1000000000000 as hugeint) * integer_quotient(
         integer_quotient(amount_units(a), cast(1000000000000 as hugeint)) * cast(1000000000000 as hugeint),
         integer_quotient(amount_units(b), cast(1000000000000 as hugeint)))) end;

-- Product of two amounts, each taken to twelve decimals: for prices times quantities of our own making. Amounts that
-- must stay exact are multiplied by whole numbers only.
create macro amount_product(a, b) as units_amount(
  integer_quotient(amount_units(a), cast(1000000000000 as hugeint)) * integer_quotient(amount_units(b), cast(1000000000000 as hugeint)));

-- The part n / d of an amount, cut off behind 24 decimals: exact as a * n / d, which would not fit into 38 digits where a
-- bill of millions is multiplied by seconds.
create macro amount_part(a, n, d) as units_amount(
  integer_quotient(amount_units(a), d) * n + integer_quotient((amount_units(a) % d) * n, d));

-- A moment as services and portals write it, in whole UTC seconds (floor): ISO 8601 with or without fraction, zone or
-- seconds (no zone means UTC), or the portal's month-first form with AM/PM. NULL when it is none of these, or before 1970
-- (0001-01-01 stands for "never").
create macro moment_of(t) as
  case when regexp_matches(t, '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d.*)?$') then try_cast(t as timestamptz)
       when regexp_matches(t, '^\d{4}-\d\d-\d\d[T ]\d\d:\d\dZ?$') then try_cast(substr(t, 1, 16) || ':00Z' as timestamptz)
       else cast(try_strptime(replace(t, ',', ''), ['%m/%d/%Y %I:%M:%S.%g %p', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M %p',
                                                    '%b %d %Y %I:%M:%S %p', '%b %d %Y %I:%M %p']) as timestamptz) end;
create macro stamp_at(t) as
  case when moment_of(t) >= timestamptz '1970-01-01 00:00:00+00' then try_cast(floor(epoch(moment_of(t))) as bigint) end;

-- Blanks of any kind (no-break space, thin space, …) folded to one space; NULL when nothing is left.
create macro folded_blanks(t) as nullif(trim(regexp_replace(t, '[\s\x{00A0}\x{1680}\x{2000}-\x{200B}\x{202F}\x{205F}\x{3000}\x{FEFF}]+', ' ', 'g')), '');

-- Member of a JSON object held as text, and whether a text is JSON at all.
create macro json_member(t, path) as case when json_valid(t) then json_extract_string(t, path) end;

-- What a path with wildcards finds in JSON held as text, each as text.
create macro json_members(t, path) as case when json_valid(t) then cast(json_extract(t, path) as varchar[]) else [] end;

-- A list written with commas or semicolons, as the text of a JSON array.
create macro json_text_list(t) as cast(to_json(regexp_split_to_array(trim(t), '\s*[,;]\s*')) as varchar);

-- How values are written to CSV: decimals exact without trailing zeros, moments in ISO 8601 UTC, and text that a
-- spreadsheet would run as a formula behind an apostrophe.
create macro amount_text(x) as rtrim(rtrim(cast(amount(x) as varchar), '0'), '.');
create macro moment_text(s) as strftime(make_timestamp(cast(s as bigint) * 1000000), '%Y-%m-%dT%H:%M:%SZ');
create macro csv_text(t) as case when regexp_matches(t, '^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]') then '''' || t else t end;

-- An amount as cost exports write it: plain or with an exponent, any number of digits, rounded to 24 decimals. NULL when
-- it is anything else (a decimal comma, a thousands separator). Texting to a 38-digit decimal takes up to 20 µs a value
-- in this engine; the usual lengths go by 64-bit integers, which is exact and a hundred times faster.
create macro fine_amount(sign_text, whole, fraction) as
  units_amount((cast(cast(whole as bigint) as hugeint) * cast(1000000000000000000 as hugeint) + cast(rpad(fraction, 18, '0') as bigint))
               * case when starts_with(sign_text, '-') then cast(-1000000 as hugeint) else cast(1000000 as hugeint) end);
create macro export_amount(t) as
  case when regexp_full_match(t, '[+-]?\d{1,9}(\.\d{0,9})?') then cast(cast(t as decimal(18, 9)) as decimal(38, 24))
       when regexp_full_match(t, '[+-]?\d{1,9}\.\d{10,18}') then fine_amount(t, ltrim(split_part(t, '.', 1), '+-'), split_part(t, '.', 2))
       when regexp_full_match(t, '[+-]?\d(\.\d{0,8})?[eE]-0?[1-9]')
         then fine_amount(t, '0', lpad(replace(ltrim(regexp_extract(t, '^[^eE]*'), '+-'), '.', ''),
                                       cast(cast(regexp_extract(t, '\d+$') as integer) + length(regexp_extract(t, '\.(\d*)', 1)) as integer), '0'))
       when not contains(t, '_') then try_cast(t as decimal(38, 24)) end;

-- Whether such a text has digits that 24 decimals cannot hold.
create macro decimal_places(t) as
  length(rtrim(regexp_extract(t, '\.(\d*)', 1), '0')) - coalesce(try_cast(nullif(regexp_extract(t, '[eE]([+-]?\d+)$', 1), '') as integer), 0);
create macro has_deep_decimals(t) as
  case when length(t) <= 16 and not contains(t, 'e') and (not contains(t, 'E') or right(t, 2) like '0_') then false
       when length(t) > 26 or contains(t, 'e') or contains(t, 'E') then coalesce(decimal_places(t) > 24, false) else false end;

-- The UTC day of a cost line as exports write it: ISO with or without time and zone, `20250201`, or month first with
-- slashes (day-first files are refused before). NULL when it is none of these.
create macro export_day(t) as
  case when regexp_matches(t, '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*[+-]\d\d(:?\d\d)?$') then cast(try_cast(t as timestamptz) as date)
       when regexp_matches(t, '^\d{4}-\d\d-\d\d([T ]\d\d?:.*)?$') then try_cast(substr(t, 1, 10) as date)
       when regexp_matches(t, '^\d{8}$') then cast(try_strptime(t, '%Y%m%d') as date)
       when regexp_matches(t, '^\d{1,2}/\d{1,2}/\d{4}( \d.*)?$') then cast(try_strptime(split_part(t, ' ', 1), '%m/%d/%Y') as date) end;

-- Whether a text is an id of Azure Resource Manager.
create macro is_arm_id(t) as regexp_matches(t, '^/(?i:subscriptions|providers)/[^/<>{}" ]+(/[^<>{}"]*)?$');

-- A unit of measure such as '10 Hours', '1/Hour', '1 小时' in two parts: the block size and the word of the unit.
create macro unit_block(t) as
  coalesce(try_cast(nullif(regexp_extract(t, '^\s*(\d{1,9})', 1), '') as integer), 1)
  * case when regexp_matches(t, '^\s*\d+\s*[Kk]\b') then 1000 when regexp_matches(t, '^\s*\d+\s*M\b') then 1000000 else 1 end;
create macro unit_word(t) as
  regexp_extract(lower(t), '^\s*\d*\s*(?:[km]\b)?\s*(?:1 )?(?:units?|instances?|nodes?)?\s*/?\s*([^\d\s/]+(?: [^\d\s/]+)*)\s*$', 1);

-- A content hash of a text, for comparing lines across files.
create macro text_hash(t) as cast(hash(t) as hugeint);

-- Ten hexadecimal digits of a content hash: short enough to be quoted, the same on every machine.
create macro short_hash(t) as substr(md5(t), 1, 10);

-- A version such as 30.101.23052.009 as a number that sorts like it, from its first four parts.
create macro version_number(t) as
  coalesce(try_cast(split_part(t, '.', 1) as bigint), 0) * 100000000000000 + coalesce(try_cast(split_part(t, '.', 2) as bigint), 0) * 1000000000
  + coalesce(try_cast(split_part(t, '.', 3) as bigint), 0) * 10000 + coalesce(try_cast(split_part(t, '.', 4) as bigint), 0);

-- The name that the parts of an export share: a path without its numbers.
create macro file_family(path) as regexp_replace(path, '[0-9]+', '', 'g');

-- A day so many days or calendar months later; the last day of a shorter month where the day does not exist.
create macro days_later(d, n) as cast(cast(d as date) + cast(n as integer) as date);
create macro months_later(d, n) as cast(cast(d as date) + to_months(cast(n as integer)) as date);

-- The first moments of the UTC hours of a range that starts on an hour: unnest(hours_between(a, b)), b not included.
create macro hours_between(from_at, until_at) as range(cast(from_at as bigint), cast(until_at as bigint), 3600);

-- One row per whole number of a range, both ends included: unnest(whole_numbers(a, b)).
create macro whole_numbers(first_number, last_number) as range(cast(first_number as bigint), cast(last_number as bigint) + 1);

-- How many days the month of a day has.
create macro days_in_month(d) as cast(extract(day from last_day(d)) as bigint);

-- Whether a text begins with another, or holds it.
create macro begins_with(t, beginning) as starts_with(t, beginning);
create macro holds_text(t, part) as strpos(t, part) > 0;

-- The host part of a name, and the name itself where it has a domain.
create macro host_of(name) as case when strpos(name, '.') > 0 then substr(name, 1, strpos(name, '.') - 1) else name end;
create macro qualified_name(name) as case when strpos(name, '.') > 0 then name end;

-- What stands behind the first ' - ' of a text; '' without one.
create macro behind_dash(t) as regexp_extract(t, ' - (.+)$', 1);

-- The scale set that an id names or lies in; NULL when it names none.
create macro id_scale_set(id) as nullif(regexp_extract(id, '^(.*/virtualmachinescalesets/[^/]+)', 1), '');

-- Sets of small numbers: a whole number with the bit at one place (from 0) set, and how many bits of a whole number are set.
create macro bit_at(place) as cast(1 as bigint) << cast(place as integer);
create macro bits_set(n) as bit_count(cast(n as hugeint));
