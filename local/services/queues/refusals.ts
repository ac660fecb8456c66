import { ServiceError } from '../service-error';

export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message, 400, 'InvalidParameterValue');
}

export function missing(name: string): ServiceError {
  return new ServiceError(
    'MissingParameter',
    `The request must contain the parameter ${name}.`,
    400,
    'MissingParameter',
  );
}
