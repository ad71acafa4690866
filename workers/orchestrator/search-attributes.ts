import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

const { IndexedValueType } = proto.temporal.api.enums.v1;

const ATTRIBUTES = {
  WaveNumber: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  WaveStrategy: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  HealthScore: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  RunStatus: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  DryRun: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
};

/**
 * Registers our search attributes where the server allows it, and answers whether all are there with the right type.
 * Runs work without them: a refusal is no error.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<boolean> {
  try {
    const known = async () => {
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      return Object.entries(ATTRIBUTES).every(([name, type]) => customAttributes?.[name] === type);
    };
    if (await known()) return true;
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: ATTRIBUTES });
    return await known();
  } catch {
    return false;
  }
}
