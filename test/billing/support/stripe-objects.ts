export * from '../../../cli/webhook/stripe/stripe-objects';
