/** JSON as the neighbouring phases write it: Python's `json.dumps` with its defaults. */
import type { Json } from '../domain/model/task.ts';

/** Fields that Python holds as floats: a whole number in them is written `1.0`. */
const FLOAT_FIELDS: ReadonlySet<string> = new Set([
  'predicted_start_time',
  'predicted_end_time',
  'predicted_execution_time',
  'predicted_success_probability',
  'predicted_confidence_delta',
  'confidence_delta_estimate',
  'predicted_success',
  'actual_success',
  'predicted_vs_actual_error',
  'error_margin',
  'execution_time_ms',
  'initial_confidence',
  'final_confidence',
  'confidence_delta',
  'value',
  'target_value',
  'threshold_min',
  'threshold_max',
  'success_rate',
  'retry_rate',
  'avg_execution_time_ms',
  'avg_confidence_delta',
  'availability',
  'accuracy',
  'load_balance',
  'health_score',
  'overall_health_score',
  'prediction_accuracy',
  'schedule_adherence',
  'load_balance_efficiency',
  'model_reliability',
]);

/** One line: `", "` and `": "` between the parts, floats with their point, other than ASCII escaped. */
export function pythonJson(value: Json, field = ''): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonJson(item, key)}`);
    return `{${parts.join(', ')}}`;
  }
  if (typeof value === 'string') return quoted(value);
  const text = JSON.stringify(value);
  return typeof value === 'number' && Number.isInteger(value) && FLOAT_FIELDS.has(field) ? `${text}.0` : text;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
