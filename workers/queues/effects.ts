import { carryOut, type EffectPlatform } from './carry-out.ts'

/** Carries out what follows committed states; each effect may come twice and then changes nothing. */
export async function carryOutBatch(platform: EffectPlatform, batch: MessageBatch<unknown>): Promise<void> {
  await Promise.all(batch.messages.map((message) => carryOut(platform, message)))
}
