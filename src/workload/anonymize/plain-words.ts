/**
 * Words of SQL that templates write in lower case, and functions and types that come with the databases: they tell nothing of
 * whose log it is. Words that are not here are taken for names. (What templates write in capitals is a keyword, see
 * `sql/tokenizer.ts`.)
 */
export const plainWords: ReadonlySet<string> = new Set(
  `of no if to excluded new old key names type data schema database tables columns databases isolation level read write committed uncommitted
  repeatable serializable snapshot only work local session global variables status character charset transaction sql_mode
  autocommit time zone concurrently cascade restrict without nowait skip locked materialized restart continue identity
  low_priority high_priority delayed quick sql_no_cache sql_calc_found_rows straight_join force ignore index binary
  at exclude ties others groups respect ordinality tablesample value matched conflict warnings engine processlist
  varying precision unsigned signed array infile outfile format verbose buffers costs
  any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or count every group_concat json_agg json_object_agg jsonb_agg
  jsonb_object_agg max min mode percentile_cont percentile_disc std stddev stddev_pop stddev_samp string_agg sum var_pop var_samp
  variance row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  abs ceil ceiling floor round trunc truncate mod power sqrt exp ln log sign greatest least random rand width_bucket
  now current_timestamp current_date current_time localtime localtimestamp statement_timestamp clock_timestamp
  transaction_timestamp sysdate curdate curtime utc_timestamp unix_timestamp from_unixtime to_timestamp to_char to_date
  to_number date_trunc date_part date_bin extract age make_date make_timestamp make_interval date_add date_sub dateadd datediff
  date_format str_to_date timestampdiff timestampadd year quarter month week day dayofweek dayofyear hour minute second
  microsecond epoch dow doy isodow last_day adddate subdate addtime
  lower upper length char_length character_length octet_length substring substr left right replace trim ltrim rtrim btrim lpad
  rpad repeat reverse position strpos instr locate concat concat_ws split_part regexp_replace regexp_matches regexp_match
  regexp_like regexp_split_to_table regexp_split_to_array initcap translate ascii chr md5 sha1 sha2 sha256 crc32 encode decode
  format quote_ident quote_literal hex unhex to_hex soundex similarity word_similarity levenshtein overlay
  coalesce nullif ifnull isnull nvl if iif nullif field elt find_in_set interval
  array_length array_append array_remove array_cat array_position array_to_string string_to_array cardinality unnest
  generate_series generate_subscripts
  json_extract json_unquote json_value json_object json_array json_contains json_array_elements jsonb_array_elements
  jsonb_array_elements_text json_array_elements_text json_each jsonb_each json_build_object jsonb_build_object
  json_build_array jsonb_build_array jsonb_set jsonb_extract_path jsonb_extract_path_text to_json to_jsonb row_to_json
  json_typeof jsonb_typeof json_object_keys jsonb_object_keys jsonb_path_query json_table
  to_tsvector to_tsquery plainto_tsquery websearch_to_tsquery phraseto_tsquery ts_rank ts_rank_cd ts_headline match against
  nextval currval setval lastval last_insert_id row_count found_rows uuid gen_random_uuid uuid_generate_v4 uuidv7
  pg_sleep sleep pg_advisory_lock pg_advisory_unlock pg_advisory_xact_lock pg_try_advisory_lock get_lock release_lock
  pg_typeof version connection_id user current_user session_user current_database current_schema set_config current_setting
  st_dwithin st_distance st_makepoint st_setsrid st_contains st_within st_intersects st_geomfromtext
  bigint bigserial bit blob bool boolean box bytea char character date datetime decimal double enum float float4 float8 inet
  int int2 int4 int8 integer json jsonb longblob longtext mediumblob mediumint mediumtext money name national nchar numeric
  nvarchar oid point real regclass serial smallint smallserial text timestamp timestamptz timetz tinyblob tinyint tinytext
  tsquery tsvector varbinary varchar xml geometry geography citext hstore macaddr cidr
  utf8 utf8mb4 latin1 ascii`
    .trim()
    .split(/\s+/),
);

/** Words of MongoDB's commands. What begins with a dollar and stands before a colon is an operator. */
export const commandWords: ReadonlySet<string> = new Set(
  `find aggregate insert update delete findAndModify findandmodify count distinct getMore explain mapReduce bulkWrite
  filter query q u pipeline updates deletes documents update remove new upsert multi fields projection sort skip limit batchSize
  singleBatch hint collation cursor key let from localField foreignField as by into on whenMatched whenNotMatched
  path includeArrayIndex preserveNullAndEmptyArrays startWith connectFromField connectToField maxDepth depthField cond input
  in then else if vars ops nsInfo ns namespace arrayFilters updateMods ordered`
    .trim()
    .split(/\s+/),
);
