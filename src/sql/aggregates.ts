/**
 * Names of aggregate functions, PostgreSQL's and MySQL's: https://www.postgresql.org/docs/18/functions-aggregate.html
 */
export function isAggregate(name: string): boolean {
  return aggregates.has(name);
}

const aggregates: ReadonlySet<string> = new Set(
  `
    any_value approx_count_distinct array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop
    covar_samp every group_concat json_agg json_agg_strict json_arrayagg json_object_agg json_object_agg_strict
    json_object_agg_unique json_objectagg jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict
    jsonb_object_agg_unique max min mode percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy std stddev stddev_pop
    stddev_samp string_agg sum var_pop var_samp variance xmlagg
  `
    .trim()
    .split(/\s+/),
);
